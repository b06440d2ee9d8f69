"""What a session is opened from: the built-in virtual beamline, or a folder that describes one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.beamline import Beamline
from blueline.epics import DEFAULT_PORT, use_channel_access, use_loopback
from blueline.errors import BluelineError
from blueline.wanted_consumers import WantedConsumers

if TYPE_CHECKING:
    from blueline.config import Configuration
    from blueline.data_policy import DataPolicy
    from blueline.data_policy.layout import SpecPer

#: Folder of what belongs to the beamline rather than to a run, and its settings in it.
STATE, SETTINGS = "state", "settings.sqlite"
#: Session of a beamline that describes none.
DEFAULT_SESSION = "default"
#: What is said instead of an address for no stream.
NO_STREAM = "none"


@dataclass(frozen=True)
class Simulation:
    """The simulated beamline that is started where nothing answers at its port; 0: a free one."""

    port: int = 0
    time_factor: float = 1.0
    seed: int = 0
    file: Path | None = None


@dataclass(frozen=True)
class Scheme:
    """What a session is opened from.

    Parameters
    ----------
    what
        Name of the beamline.
    session
        Name of the session.
    data, data_set
        Folder of the data, and what begins file names.
    state
        Folder of settings, locks and positions.
    settings
        Where run-time values are kept: a file, or the address of a Redis.
    reach
        Sets up Channel Access, given the port of the IOCs on this machine.
    make
        Makes the devices.
    port
        Of the IOCs on this machine where none is simulated.
    drives
        Prefix of what is driven at that port, which the lock of the beamline is for, whatever
        folder the session was opened with; None where it is for what has this `state`.
    policy, template, spec_per, least_free
        How data are organised, and bytes of free space below which people are warned; None for
        what is usual.
    has_lock, has_guard
        Whether one session at a time runs plans, and whether a process stops the motors where it
        dies.
    stream
        What the stream of documents is given; None for no stream.
    catalog
        What the consumer of the catalog is given; None where runs are added when somebody reads.
    consumers
        Who consumes the documents of runs.
    simulation
        What is started where nothing answers.
    config
        The configuration.
    """

    what: str
    session: str
    data: Path
    data_set: str
    state: Path
    settings: Path | str
    reach: Callable[[int], None]
    make: "Callable[[DataPolicy], Beamline]"
    port: int = DEFAULT_PORT
    drives: str | None = None
    policy: str = "none"
    template: str | None = None
    spec_per: "SpecPer" = "day"
    least_free: float | None = None
    has_lock: bool = True
    has_guard: bool = True
    stream: Mapping[str, Any] | None = field(default=None)
    catalog: Mapping[str, Any] | None = None
    consumers: WantedConsumers = field(default_factory=WantedConsumers)
    simulation: Simulation | None = None
    config: "Configuration | None" = None


def built_in(
    data: Path,
    port: int | None,
    data_set: str | None,
    make: "Callable[[Path, DataPolicy], Beamline]",
    session: str | None,
    *,
    drives: str | None = None,
) -> Scheme:
    """Give the scheme of the virtual beamline that needs no description."""
    if session not in {None, DEFAULT_SESSION}:
        message = f"the built-in beamline has no session {session}: name a beamline that has one"
        raise BluelineError(message)
    where = data.absolute()
    return Scheme(
        what=where.name or "data",
        session=DEFAULT_SESSION,
        data=where,
        data_set=data_set or "blueline",
        state=where / STATE,
        settings=where / STATE / SETTINGS,
        reach=lambda at: use_loopback([at]),
        make=lambda policy: make(where, policy),
        port=port or DEFAULT_PORT,
        drives=drives,
    )


def described(
    folder: Path,
    session: str | None,
    data: Path | None,
    port: int | None,
    prefix: str | None,
    data_set: str | None,
) -> Scheme:
    """Give the scheme of a beamline that a folder describes; what is given counts more.

    Raises
    ------
    ConfigError
        The description has problems: all of them, with their places.
    BluelineError
        It has no such session.
    """
    from blueline.config import load_configuration
    from blueline.config.consuming import wanted_consumers

    config = load_configuration(folder)
    about = config.beamline
    name = session or config.sessions[0]
    config.session(name)
    where = Path(data or config.data(name)).absolute()
    macros = {} if prefix is None else {"P": prefix}
    access = about.channel_access
    is_sqlite = about.settings == "sqlite"
    return Scheme(
        what=about.name,
        session=name,
        data=where,
        data_set=data_set or about.data.data_set,
        consumers=wanted_consumers(config, name, where, data_set or about.data.data_set),
        state=config.state,
        settings=config.state / SETTINGS if is_sqlite else about.settings,
        reach=lambda at: use_channel_access(
            at, access.addresses, searches_networks=access.auto_addresses
        ),
        make=lambda policy: config.make(name, where, policy, **macros),
        port=port or access.port,
        drives=_driven_here(config, prefix),
        policy=config.session(name).policy or about.data.policy,
        template=about.data.template,
        spec_per=about.data.spec_file_per,
        least_free=about.data.least_free * 1e9,
        has_lock=about.lock,
        has_guard=about.guard,
        stream=_stream(config),
        catalog=None if about.catalog is None else about.catalog.model_dump(),
        simulation=_simulation(config, port or access.port),
        config=config,
    )


def _stream(config: "Configuration") -> dict[str, Any] | None:
    """Give what the stream is given; keys are ``server.key_secret`` and those in ``clients``."""
    wanted = config.beamline.stream
    if wanted is None or wanted.keys is None:
        return None if wanted is None else {"address": wanted.address}
    folder = config.folder / wanted.keys
    keys = {"secret": str(folder / "server.key_secret"), "clients": str(folder / "clients")}
    return {"address": wanted.address, "keys": keys}


def _driven_here(config: "Configuration", prefix: str | None) -> str | None:
    """Give the prefix of a beamline of which all is simulated, on this machine."""
    about, access = config.beamline, config.beamline.channel_access
    if about.simulation is None or access.addresses or access.auto_addresses:
        return None
    return prefix or about.macros.get("P", "")


def _simulation(config: "Configuration", port: int) -> Simulation | None:
    wanted = config.beamline.simulation
    if wanted is None:
        return None
    file = None if wanted.file is None else config.folder / wanted.file
    return Simulation(port, wanted.time_factor, wanted.seed, file)
