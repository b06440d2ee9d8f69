"""What is written about who consumes the documents of runs, beside the journal."""

from typing import Annotated, Any

from pydantic import Field

from blueline.config.fields import ClassPath, Strict

#: Whose classes may be named as consumers, beside those of devices.
CONSUMER_PACKAGES = ("callbacks", "bluesky.callbacks")
ConsumerName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\w[\w .-]*$")]


class OwnConsumerModel(Strict):
    """A consumer of the beamline's own: what is called with each document."""

    name: ConsumerName = Field(description="What notices and consumers() call it")
    class_: ClassPath = Field(
        alias="class",
        description="Class or function that makes it: package.module:Class; what it makes is "
        "called with the name of a document and the document",
    )
    arguments: dict[str, Any] = Field(
        default_factory=dict,
        description="By name; $(data) is the folder of the data, $(data_set) begins file names",
    )
    process: bool = Field(
        default=False, description="true gives it a process of its own, else it has a thread"
    )


class ConsumersModel(Strict):
    """Who consumes the documents of runs; the journal is always written, and first."""

    spec: bool = Field(default=True, description="The SPEC file")
    csv: bool = Field(default=True, description="A table of text for each run")
    xdi: bool = Field(default=True, description="XDI files of absorption scans")
    nexus: bool = Field(default=True, description="The NeXus file of each run")
    results: bool = Field(default=True, description="Files of peaks and fits")
    plot: bool = Field(default=True, description="Windows and pictures of scans")
    own: list[OwnConsumerModel] = Field(
        default_factory=list, max_length=50, description="Those of the beamline itself"
    )
