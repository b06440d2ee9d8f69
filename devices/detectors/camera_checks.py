"""What the declaration of a camera may say."""

from devices.errors import InvalidTargetError
from devices.finite import is_finite, is_number


def require_one_of(name: str, what: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known.

    Raises
    ------
    InvalidTargetError
        It is not.
    """
    if value not in known:
        message = f"{what} of {name} is {' or '.join(map(repr, known))}, not {value!r}"
        raise InvalidTargetError(message)


def require_words(name: str, lost_frames: str, preset: str) -> None:
    """Refuse words for what a lost frame does, and for what a count time is, that there are not.

    Raises
    ------
    InvalidTargetError
        One is not known.
    """
    require_one_of(name, "lost_frames", lost_frames, ("mark", "fail"))
    require_one_of(name, "preset", preset, ("live", "real"))


def require_frames(name: str, frames: object) -> None:
    """Refuse what is no number of frames.

    Raises
    ------
    InvalidTargetError
        It is no whole number from 1 on.
    """
    if isinstance(frames, bool) or not isinstance(frames, int) or frames < 1:
        message = f"{name} takes 1 frame or more at each point, not {frames!r}"
        raise InvalidTargetError(message)


def require_longest_exposure(name: str, seconds: object) -> None:
    """Refuse what no exposure can last.

    Raises
    ------
    InvalidTargetError
        It is no number of seconds above 0; infinite means as long as is asked for.
    """
    if not (is_number(seconds) and float(seconds) > 0):  # pyright: ignore[reportArgumentType]
        message = f"the longest_exposure of {name} is a number of seconds above 0, not {seconds!r}"
        raise InvalidTargetError(message)


def require_latency(name: str, seconds: object) -> None:
    """Refuse what cannot lie between two exposures.

    Raises
    ------
    InvalidTargetError
        It is no finite number of seconds from 0 on, and not None.
    """
    if seconds is not None and not (is_finite(seconds) and float(seconds) >= 0):  # pyright: ignore[reportArgumentType]
        message = f"the latency of {name} is 0 s or more, or None, not {seconds!r}"
        raise InvalidTargetError(message)


def require_exposing(name: str, frames: object, latency: object, longest: object) -> None:
    """Refuse what the declaration says of exposures and cannot be meant.

    Raises
    ------
    InvalidTargetError
        See the others.
    """
    require_frames(name, frames)
    require_latency(name, latency)
    require_longest_exposure(name, longest)
