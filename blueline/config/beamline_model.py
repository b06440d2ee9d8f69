"""What is written about the beamline as a whole."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from blueline.config.consumers_model import ConsumersModel
from blueline.config.fields import (
    Address,
    InsidePath,
    Port,
    Strict,
    Words,
)
from blueline.repeater import LOOPBACK

#: Packages whose classes a configuration may name; others are added by `packages`.
PACKAGES = (
    "devices",
    "ophyd",
    "ophyd_async",
    "apstools",
    "pcdsdevices",
    "bluesky.suspenders",
    "planlib.suspenders",
    "blueline.data_policy",
    "blueline.slit_blades",
)
#: What the engine itself writes into start documents.
_ENGINES = frozenset({"uid", "time", "scan_id"})
Package = Annotated[str, Field(pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)*$", max_length=100)]
MacroName = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$", max_length=40)]


def _is_reachable(address: str) -> bool:
    """Whether other machines can reach an address; what takes long to load tells of a name only."""
    host = address.rpartition(":")[0]
    if host == LOOPBACK:
        return False
    from callbacks.stream_keys import is_loopback

    return not is_loopback(host)


class SimulationModel(Strict):
    """The IOC that stands in for the hardware; `blueline shell` starts it where none runs."""

    file: InsidePath | None = Field(
        default=None, description="YAML of the simulated beamline; without it, the built-in one"
    )
    time_factor: float = Field(
        default=1.0, ge=0.001, le=1e6, description="Simulated seconds that pass in one real second"
    )
    seed: int = Field(
        default=0, ge=0, le=2**63 - 1, description="Of the noise: same seed, same counts"
    )


class ChannelAccessModel(Strict):
    """Where the IOCs are looked for."""

    port: Port = Field(default=5064, description="Of the IOCs on this machine")
    addresses: list[str] = Field(
        default_factory=list,
        max_length=1000,
        description="Hosts, or host:port, of IOCs elsewhere; without any, this machine alone",
    )
    auto_addresses: bool = Field(
        default=False, description="true searches every network of this machine as well"
    )


class DataModel(Strict):
    """Where the data go, and how files are named."""

    root: str = Field(
        default="data", max_length=500, description="Folder, absolute or below the beamline's"
    )
    data_set: str = Field(
        default="blueline",
        pattern=r"^[A-Za-z0-9][\w.-]*$",
        max_length=60,
        description="Begins file names",
    )
    policy: Literal["none", "simple", "esrf"] = Field(
        default="none",
        description="none: all in one folder; simple: a template; esrf: proposal/sample/dataset",
    )
    template: str | None = Field(
        default=None, max_length=300, description="Of the folder below root, for the policy simple"
    )
    spec_file_per: Literal["day", "data_set", "scan"] = Field(
        default="day", description="How many scans a SPEC file holds"
    )
    least_free: float = Field(
        default=1.0, ge=0, le=1e6, description="GB of free space below which a session warns"
    )


class CatalogModel(Strict):
    """The catalog that databroker reads, with each run as soon as it has ended."""

    database: str = Field(
        default="",
        max_length=500,
        description="postgresql://...; without it, a SQLite file in the data folder",
    )
    readable: list[str] = Field(
        default_factory=list,
        max_length=100,
        description="Folders below which cameras save frames, besides the data folder",
    )


class QueueModel(Strict):
    """The queue server."""

    redis: str | None = Field(
        default=None,
        max_length=300,
        description="host:port/db of a Redis; without it, one is started",
    )
    control: Address | None = Field(
        default=None,
        description="Where it takes commands; without it, 127.0.0.1:60615 or a port that is free",
    )
    information: Address | None = Field(
        default=None, description="Where it tells its console; without it, a port that is free"
    )
    keys: str | None = Field(
        default=None,
        max_length=500,
        description="Folder of its CURVE keys, needed off this machine",
    )
    stream: Literal["none"] | None = Field(
        default=None,
        description="none publishes no documents; without it they are, where stream says, or at a "
        "free port of this machine",
    )
    allow_code: bool = Field(
        default=False, description="true lets clients upload scripts and call functions"
    )

    @model_validator(mode="after")
    def _is_guarded(self) -> Self:
        said = filter(None, (self.control, self.information))
        outside = [each for each in said if _is_reachable(each)]
        if outside and self.keys is None:
            message = f"{outside[0]} can be reached from elsewhere: give keys, or 127.0.0.1"
            raise ValueError(message)
        return self


class StreamModel(Strict):
    """The stream of documents for other programs."""

    address: Address = Field(
        default="127.0.0.1:5577", description="Where programs ask for documents"
    )
    keys: str | None = Field(
        default=None,
        max_length=500,
        description="Folder of its CURVE keys, needed off this machine",
    )

    @model_validator(mode="after")
    def _is_guarded(self) -> Self:
        if self.keys is None and _is_reachable(self.address):
            message = f"{self.address} can be reached from elsewhere: give keys, or 127.0.0.1"
            raise ValueError(message)
        return self


class BeamlineModel(Strict):
    """The beamline as a whole; stands once, in beamline.yml."""

    name: str = Field(
        pattern=r"^\w[\w. -]*$", max_length=60, description="Goes into every start document"
    )
    facility: Words = Field(default="", description="Where it is")
    documentation: Words = Field(default="", description="What it is for, in a sentence")
    macros: dict[MacroName, str] = Field(
        default_factory=dict,
        description="Texts that $(NAME) stands for in prefixes and arguments; P begins all PVs",
    )
    packages: list[Package] = Field(
        default_factory=list,
        max_length=100,
        description=f"Whose classes may be named, besides {', '.join(PACKAGES)}",
    )
    metadata: dict[str, Any] = Field(
        default_factory=dict, description="Goes into every start document as it is"
    )
    state: str = Field(
        default="state",
        max_length=500,
        description="Folder of settings, locks and positions, absolute or below the beamline's",
    )
    settings: str = Field(
        default="sqlite",
        pattern=r"^(sqlite|(rediss?|unix)://[^\s]+)$",
        max_length=300,
        description="Where run-time values are kept: sqlite (a file in state), or a Redis: "
        "redis://host:port/db, rediss:// with TLS, unix:// for a socket",
    )
    lock: bool = Field(
        default=True, description="false lets several sessions move devices at a time"
    )
    guard: bool = Field(
        default=True,
        description="false starts no process that stops the motors if the session dies",
    )
    ctrl_c: Literal["ask", "stop", "abort", "pause"] = Field(
        default="ask",
        description="What Ctrl-C does to a scan at a prompt, unless people say otherwise there",
    )
    channel_access: ChannelAccessModel = Field(
        default=ChannelAccessModel(), description="Where the IOCs are looked for"
    )
    simulation: SimulationModel | None = Field(
        default=None, description="The IOC that stands in for the hardware, where there is none"
    )
    data: DataModel = Field(default=DataModel(), description="Where the data go")
    stream: StreamModel | None = Field(default=None, description="Documents for other programs")
    catalog: CatalogModel | None = Field(
        default=None,
        description="Has each run when it ends; without it, when somebody reads",
    )
    consumers: ConsumersModel | None = Field(
        default=None, description="Who consumes the documents of runs, beside the journal"
    )
    queue: QueueModel = Field(default=QueueModel(), description="The queue server")

    @field_validator("metadata")
    @classmethod
    def _are_free(cls, metadata: dict[str, Any]) -> dict[str, Any]:
        for key in metadata:
            if key in _ENGINES or not key or "." in key or "/" in key:
                message = f"metadata have names without . and /, and not {key!r}"
                raise ValueError(message)
        return metadata
