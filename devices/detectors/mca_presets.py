"""What ends the counts of a multichannel analyser, in the words of BL-128."""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.counters.scaler_verdict import too_short
from devices.errors import InvalidTargetError

#: What each word means.
PRESETS: Mapping[str, str] = {
    "real": "seconds of a clock",
    "live": "seconds in which it could take pulses",
    "events": "counts, in the spectrum or in one of its regions",
    "none": "until others end it",
}
#: What electronics offer that count the pulses of their fast filter.
ELECTRONICS_PRESETS: Mapping[str, str] = {
    **PRESETS,
    "triggers": "pulses that the fast filter has seen",
}


@dataclass(frozen=True)
class McaPreset:
    """Say what ends a count.

    Parameters
    ----------
    word
        One of `PRESETS`, or of `ELECTRONICS_PRESETS`.
    events
        Counts that end it; of ``"events"`` and ``"triggers"`` only.
    region
        The name of the region that they are counted in; "" for the whole spectrum.
    """

    word: str = "real"
    events: int = 0
    region: str = ""

    @property
    def is_of_counts(self) -> bool:
        """Whether pulses end a count, and not seconds."""
        return self.word in ("events", "triggers")

    def checked(
        self,
        name: str,
        regions: Mapping[str, object],
        known: Mapping[str, str] = PRESETS,
        key: str = "events",
    ) -> "McaPreset":
        """Refuse what ends no count.

        Parameters
        ----------
        known
            Words that the electronics understand.
        key
            By which the number of counts was given.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        if self.word not in known:
            words = ", ".join(map(repr, known))
            message = f"the preset of {name} is one of {words}, not {self.word!r}"
            raise InvalidTargetError(message)
        number = self.events
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            message = f"{name} counts a whole number of events, not {number!r}"
            raise InvalidTargetError(message)
        if self.is_of_counts != bool(number):
            words = " or ".join(
                f"preset={word!r}" for word in ("events", "triggers") if word in known
            )
            message = f"{name}: {key}= and {words} belong together; give both, or neither"
            raise InvalidTargetError(message)
        if self.region and self.region not in regions:
            there = ", ".join(regions) or "none"
            message = f"{name} has no region {self.region!r} to count events in; there are {there}"
            raise InvalidTargetError(message)
        return self

    def puts(self, seconds: float, *, ends_with_others: bool) -> dict[str, float]:
        """Give what the record is to have: real and live seconds and counts, 0 for none."""
        word = "real" if ends_with_others else self.word
        return {
            "real": seconds if word == "real" else 0.0,
            "live": seconds if word == "live" else 0.0,
            "events": float(self.events) if word == "events" else 0.0,
        }

    def complaint(self, seconds: float, preset: float, found: float) -> str | None:
        """Say why what was found is too little; None where it is enough.

        Parameters
        ----------
        preset
            What the record has now.
        found
            Seconds or counts, as the word says.
        """
        if self.word == "none":
            return None
        if not self.is_of_counts:
            return too_short(seconds, preset, found)
        if preset != self.events:
            return f"its preset is {preset:g} events now: changed by others"
        if found < self.events:
            return f"it counted {found:g} of {self.events} {self.word} only"
        return None

    def __str__(self) -> str:
        """Say it in words."""
        where = f" in {self.region}" if self.region else ""
        return f"to {self.events} {self.word}{where}" if self.is_of_counts else self.word
