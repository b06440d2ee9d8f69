"""What describes a part of the beamline: a strict model, written in YAML or Python."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic import Field as setting  # noqa: N813 - beside the Field of a record

from sim_ioc.limits import FAULT_MARK

_EpicsName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_]+)*$", max_length=40)
]
_FAULT = FAULT_MARK.strip(":")


def _names_no_fault(name: str) -> str:
    if _FAULT in name.split(":"):
        raise ValueError(f"{_FAULT!r} between colons marks the faults of a part, and names none")
    return name


#: What follows the prefix in the names of a part: ``sample:x``.
PartName = Annotated[_EpicsName, AfterValidator(_names_no_fault)]


def _latin(text: str) -> str:
    if not text.isprintable() or any(ord(letter) > 255 for letter in text):
        raise ValueError("Channel Access carries printable characters of Latin-1 only")
    return text


#: A text that fits into a string of Channel Access; give `max_length` besides.
Words = Annotated[str, AfterValidator(_latin)]

__all__ = ["PartName", "PartSettings", "Words", "setting"]


class PartSettings(BaseModel):
    """Describe one part; unknown keys, NaN and infinity are refused, and nothing changes later.

    A subclass has a `kind`, a Literal with one word, by which YAML names it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: PartName = setting(description="What follows the prefix in the names of its PVs")
    copies: int = setting(
        default=1, ge=1, le=100_000, description="How many; beyond one, names get numbers: m1, m2 …"
    )
