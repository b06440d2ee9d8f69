"""The command line `python -m sim_ioc`: serve the virtual beamline until told to end."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from sim_ioc.errors import SimError
from sim_ioc.limits import FASTEST, LARGEST_SEED, SLOWEST, checked_prefix

if TYPE_CHECKING:
    from sim_ioc.config import BeamlineSettings

_LARGEST_PORT = 65535

Number = TypeVar("Number", int, float)

_DESCRIPTION = """\
Serve a virtual beamline over EPICS Channel Access to programs on this machine, and to no others.
Behind its PVs is physics: a monochromator, a slit, a copper foil on a stage, counters with noise.
It says when it answers, to a program in one line, READY {"port": ...}; Ctrl-C ends it.
A YAML file describes another beamline; --show prints the built-in one as such a file.
"""
_EPILOG = """\
for example:
  python -m sim_ioc --port 5064 --time-factor 20
and in another terminal:
  export EPICS_CA_ADDR_LIST=127.0.0.1 EPICS_CA_AUTO_ADDR_LIST=NO EPICS_CA_SERVER_PORT=5064
  caproto-get BL:mono:bragg BL:sample:x.RBV
"""


class _Parser(argparse.ArgumentParser):
    """Complain in one sentence, where argparse would list every option first."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; --help shows what there is.\n")


def _within(kind: Callable[[str], Number], low: Number, high: Number) -> Callable[[str], Number]:
    """Return what reads a number from `low` to `high` off the command line."""

    def read(text: str) -> Number:
        try:
            number = kind(text)
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise argparse.ArgumentTypeError(
                f"takes {'an integer' if kind is int else 'a number'} from {low:.10g} to "
                f"{high:.10g}, not {text!r}"
            )
        return number

    return read


def _prefix(text: str) -> str:
    try:
        return checked_prefix(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m sim_ioc",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("file", nargs="?", type=Path, help="YAML of a beamline; without it the built-in one")
    add("--prefix", type=_prefix, help="begins every PV name (BL:)")
    add(
        "--port",
        type=_within(int, 0, _LARGEST_PORT),
        default=0,
        metavar="NUMBER",
        help="of TCP and UDP; 0 takes any that is free (0)",
    )
    add(
        "--time-factor",
        type=_within(float, SLOWEST, FASTEST),
        metavar="NUMBER",
        help="simulated seconds that pass in a real one (1)",
    )
    add(
        "--seed",
        type=_within(int, 0, LARGEST_SEED),
        metavar="NUMBER",
        help="of all noise: the same one gives the same counts (0)",
    )
    add("--instant", action="store_true", default=None, help="let moves and counts take no time")
    add("--exit-with-stdin", action="store_true", help="end when standard input is closed")
    add("--list", action="store_true", help="print every PV with type, unit and limits, and end")
    add("--show", action="store_true", help="print the beamline as a YAML file, and end")
    return parser


def _settings(given: argparse.Namespace) -> "BeamlineSettings":
    """Return the beamline of the file, or the built-in one, with what the command line changes."""
    from sim_ioc.config_file import load  # noqa: PLC0415 - late, see main
    from sim_ioc.layout import builtin_beamline  # noqa: PLC0415

    settings = builtin_beamline() if given.file is None else load(given.file)
    names = ("prefix", "time_factor", "seed", "instant")
    told = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
    return settings.model_copy(update=told)


def _serve(given: argparse.Namespace) -> None:
    # imported late, so that --help and wrong arguments answer at once
    from sim_ioc.beamline import Beamline  # noqa: PLC0415
    from sim_ioc.config_file import dump  # noqa: PLC0415
    from sim_ioc.listing import listing, pv_rows  # noqa: PLC0415
    from sim_ioc.server import run  # noqa: PLC0415

    settings = _settings(given)
    if given.list or given.show:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `--list | head` ends quietly
        records = Beamline(settings).database.records.values()
        sys.stdout.write(listing(pv_rows(records)) if given.list else dump(settings))
        return
    run(settings, given.port, exit_with_stdin=given.exit_with_stdin)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status, 1 if the beamline cannot be served."""
    given = _parser().parse_args(arguments)
    try:
        _serve(given)
    except SimError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    # Ctrl-C while modules are loaded, or after the server has ended, shows no traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = main()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # all is closed; to take a thousand modules apart would last longer than a stop may (W1)
    os._exit(status)
