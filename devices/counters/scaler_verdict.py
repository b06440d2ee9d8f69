"""Whether a count is what was asked for."""

#: A count shorter than this fraction of what was asked for is not one (ES-14).
SHORTEST_FRACTION = 0.8
#: How far the preset may be from what was asked for: a part of it, and a tick of a slow clock in s.
PRESET_TOLERANCE = 0.01
LONGEST_TICK = 1e-4
#: Electronics preset whole counts.
_ONE_COUNT = 1.0
#: What ends a count early.
_WHY = "somebody stopped it, or another channel has a preset that ended it"


def is_alike(preset: float, asked: float) -> bool:
    """Tell whether a preset is the one asked for, but for the ticks of the scaler's clock."""
    return abs(preset - asked) <= max(PRESET_TOLERANCE * asked, min(LONGEST_TICK, asked))


def below_a_tick(asked: float, frequency: float) -> str | None:
    """Say that a clock of this frequency knows no count as short as that; None where it does.

    Examples
    --------
    >>> below_a_tick(1e-9, 1e7)
    'counts for 1e-07 s at the least, a tick of its clock, not for 1e-09 s'
    """
    if not frequency > 0 or round(asked * frequency) >= 1:
        return None
    return f"counts for {1 / frequency:g} s at the least, a tick of its clock, not for {asked:g} s"


def too_short(asked: float, preset: float, elapsed: float) -> str | None:
    """Say what is wrong with a count of so many seconds; None where nothing is."""
    if not elapsed >= SHORTEST_FRACTION * asked:
        return f"it counted {elapsed:g} s only: {_WHY}"
    if not is_alike(preset, asked):
        return f"its count time was {preset:g} s, refused by the scaler or changed by others"
    return None


def too_few(asked: float, preset: float, counted: float, monitor: str) -> str | None:
    """Say what is wrong with a count that was to end at so many counts; None where nothing is."""
    if not abs(preset - asked) <= _ONE_COUNT:
        return f"its preset was {preset:g} counts, refused by the scaler or changed by others"
    if not counted >= asked - _ONE_COUNT:
        return f"{monitor} has {counted:g} counts only: {_WHY}"
    return None
