"""What is written about a session: which devices, which counters, what runs first."""

from typing import Annotated, Literal

from pydantic import Field

from blueline.config.consumers_model import ConsumersModel
from blueline.config.fields import InsidePath, Name, Strict, Words

#: A name, or a pattern such as cam*.
Pattern = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w*?\[\]-]+$")]


class SessionModel(Strict):
    """A session: what people work with under one name."""

    name: Name = Field(description="Of the session: blueline shell FOLDER --session NAME")
    devices: list[Pattern] | None = Field(
        default=None, description="Names and patterns (cam*) of what it has; without it, everything"
    )
    exclude: list[Pattern] = Field(
        default_factory=list, description="Names and patterns of what is left out of that"
    )
    include: list[Name] = Field(
        default_factory=list,
        description="Other sessions: their devices come first, and their setup runs first",
    )
    setup: InsidePath | None = Field(
        default=None, description="Python file that runs when the devices are there"
    )
    aliases: dict[Name, Name] = Field(
        default_factory=dict, description="Other names of devices at the prompt"
    )
    counters: list[Name] | None = Field(
        default=None, description="What scans count; without it, the devices labelled counter"
    )
    data: str | None = Field(
        default=None, max_length=500, description="Folder of its data, where it has its own"
    )
    policy: Literal["none", "simple", "esrf"] | None = Field(
        default=None, description="How its data are organised, where not as the beamline's"
    )
    consumers: ConsumersModel | None = Field(
        default=None, description="Who consumes its documents, where not as the beamline's"
    )
    scripts: str | None = Field(
        default=None,
        max_length=500,
        description="Folder of the scripts of its users, where not beside the data",
    )
    synoptic: InsidePath | None = Field(
        default=None,
        description="SVG drawing of the beamline; {x} in it is where x is, see synoptic()",
    )
    documentation: Words = Field(default="", description="What it is for, in a sentence")
