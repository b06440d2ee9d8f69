"""What describes a part of the beamline: a strict model, written in YAML or Python."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as setting  # noqa: N813 - beside the Field of a record

#: What follows the prefix in the names of a part: ``sample:x``.
PartName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(:[A-Za-z0-9_]+)*$", max_length=40)
]

__all__ = ["PartName", "PartSettings", "setting"]


class PartSettings(BaseModel):
    """Describe one part; unknown keys, NaN and infinity are refused, and nothing changes later.

    A subclass has a `kind`, a Literal with one word, by which YAML names it.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=False
    )

    name: PartName = setting(description="What follows the prefix in the names of its PVs")
