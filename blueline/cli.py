"""The command ``blueline``."""

import importlib
import signal
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from blueline.config.commands import app as config_commands
from blueline.config.commands import new as new_commands
from blueline.epics import DEFAULT_PORT
from blueline.errors import BluelineError
from blueline.identity import check_identity
from blueline.queue.commands import app as queue_commands
from blueline.queue.plan_commands import app as plan_commands
from blueline.run_commands import app as run_commands

app = typer.Typer(
    help="Beamline software on Bluesky, with a virtual beamline to rehearse on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(run_commands, name="runs")
app.add_typer(config_commands, name="config")
app.add_typer(new_commands, name="new")
app.add_typer(plan_commands, name="plans")
app.add_typer(queue_commands, name="queue")

Data = Annotated[Path, typer.Option(help="Folder of the recorded runs.")]
SessionData = Annotated[
    Path | None,
    typer.Option(help="Folder of the recorded runs (default: blueline-data, or the beamline's)."),
]
Beamline = Annotated[
    str | None,
    typer.Option("--beamline", "-b", help="Folder that describes the beamline, or its name."),
]
Session = Annotated[
    str | None, typer.Option("--session", "-s", help="One of its sessions (default: the first).")
]
TimeFactor = Annotated[
    float, typer.Option(help="Simulated seconds that pass in one real second.", min=0.001)
]
Seed = Annotated[int, typer.Option(help="Of the counting noise; the same seed, the same counts.")]
Stream = Annotated[
    str | None,
    typer.Option(help="Address at which other programs can follow, such as 127.0.0.1:5577."),
]


class LogLevel(Enum):
    """How much a log file has."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


_TYPED = {"ignore_unknown_options": True, "allow_extra_args": True}


@app.command()
def demo(
    data: Data = Path("blueline-demo"), time_factor: TimeFactor = 50.0, seed: Seed = 1
) -> None:
    """Run a real experiment on the virtual beamline: align, measure an absorption edge, map."""
    from blueline.demo import run_demo

    run_demo(data, time_factor, seed)


@app.command()
def ioc(  # noqa: PLR0913, PLR0917 - one for each option
    file: Annotated[
        Path | None, typer.Argument(help="YAML of a beamline; without it the built-in one.")
    ] = None,
    prefix: Annotated[str | None, typer.Option(help="Begins every PV name (default: BL:).")] = None,
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = DEFAULT_PORT,
    time_factor: Annotated[
        float | None,
        typer.Option(help="Simulated seconds in one real second (default: 1).", min=0.001),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of all noise (default: 0).")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print the PVs and end.")] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print the beamline as a YAML file and end.")
    ] = False,
) -> None:
    """Serve the virtual beamline on this machine until Ctrl-C."""
    from sim_ioc.__main__ import main as serve

    given = {"prefix": prefix, "port": port, "time-factor": time_factor, "seed": seed}
    words = [] if file is None else [str(file)]
    words += [f"--{name}={value}" for name, value in given.items() if value is not None]
    raise SystemExit(serve([*words, *["--list"] * listed, *["--show"] * show]))


@app.command()
def shell(  # noqa: PLR0913, PLR0917 - one for each option
    beamline: Annotated[
        str | None, typer.Argument(help="Folder that describes the beamline, or its name.")
    ] = None,
    session: Session = None,
    data: SessionData = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="Of a running IOC; without it a virtual beamline starts.", min=1, max=65535
        ),
    ] = None,
    time_factor: Annotated[
        float | None,
        typer.Option(help="Of the virtual beamline, if it starts (default: 1).", min=0.001),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of its counting noise (default: 0).")] = None,
    stream: Stream = None,
    log_level: Annotated[
        LogLevel, typer.Option("--log-level", "-l", help="From which on blueline.log has messages.")
    ] = LogLevel.INFO,
) -> None:
    """Open IPython with a session: RE, the devices, the plans and the commands."""
    from blueline.opening import open_session
    from blueline.scheme import Simulation

    is_simulated = port is None and _is_built_in(beamline, data)
    wanted = Simulation(0, time_factor or 1.0, seed or 0) if is_simulated else None
    with open_session(
        beamline,
        session=session,
        data=data,
        port=port,
        stream=stream,
        simulation=wanted,
        meanwhile=_load_shell,
    ) as opened:
        from blueline.logs import keep_from
        from blueline.shell import run_shell

        keep_from(opened.log, log_level.value)
        run_shell(opened)


def _load_shell() -> None:
    """Load the prompt, which takes as long as the devices take to connect."""
    for module in ("IPython.terminal.embed", "blueline.shell.prompt"):
        importlib.import_module(module)


@app.command(context_settings=_TYPED)
def scan(
    context: typer.Context,
    beamline: Beamline = None,
    session: Session = None,
    data: SessionData = None,
    port: Annotated[
        int | None, typer.Option(help="Channel Access port of the IOC.", min=1, max=65535)
    ] = None,
    stream: Stream = None,
) -> None:
    """Run one scan, typed as in SPEC: blueline scan ascan x 0 5 10 0.1"""  # noqa: D400 - an example
    from blueline.opening import open_session
    from blueline.typed import COMMANDS, parse_command
    from planlib import spec

    plans = {name: getattr(spec, name) for name in COMMANDS}
    with open_session(beamline, session=session, data=data, port=port, stream=stream) as opened:
        opened.RE(parse_command(context.args, plans, opened.mnemonics))


def _is_built_in(beamline: str | None, data: Path | None) -> bool:
    from blueline.config import find_configuration

    if beamline is None and data is not None:
        return True
    return find_configuration(beamline) is None


def main() -> None:
    """Run the command line; errors are one sentence on standard error and exit status 1."""
    signal.signal(signal.SIGTERM, _end)
    try:
        check_identity()
        app()
    except KeyboardInterrupt:
        _interrupted()
    except Exception as error:
        if type(error).__name__ == "RunEngineInterrupted":  # Ctrl-C, where nobody can resume
            _interrupted()
        if not isinstance(error, _expected()):
            raise
        typer.secho(f"blueline: {error}", fg="red", err=True)
        sys.exit(1)


def _interrupted() -> NoReturn:
    typer.secho("blueline: interrupted; what was measured is kept", fg="red", err=True)
    sys.exit(130)


def _end(number: int, _frame: Any) -> None:  # noqa: ANN401 - signal's
    raise SystemExit(128 + number)


def _expected() -> tuple[type[Exception], ...]:
    """Errors that are sentences already; only what was imported can have been raised."""
    found: list[type[Exception]] = [BluelineError, OSError]
    for module, name in (
        ("planlib.errors", "PlanError"),
        ("planlib.stepping.hook", "HookError"),
        ("devices.errors", "DeviceError"),
        ("callbacks.errors", "CallbackError"),
        ("sim_ioc.errors", "SimError"),
        ("bluesky.utils", "FailedStatus"),
    ):
        if module in sys.modules:
            found.append(getattr(sys.modules[module], name))
    return tuple(found)
