"""The command line `python -m sim_ioc`: serve the virtual beamline until told to end."""

import argparse
import re
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from sim_ioc.errors import SimError

#: EPICS names have 60 characters; a prefix leaves half of them to what follows.
_LONGEST_PREFIX = 30
_PREFIX = re.compile(rf"[A-Za-z0-9_:<>;+-]{{0,{_LONGEST_PREFIX}}}")
#: Beyond these, sums of times lose the digits that a move needs.
_SLOWEST, _FASTEST = 1e-3, 1e6
_LARGEST_SEED = 2**31 - 1
_LARGEST_PORT = 65535

Number = TypeVar("Number", int, float)

_DESCRIPTION = """\
Serve a virtual beamline over EPICS Channel Access to programs on this machine, and to no others.
Behind its PVs is physics: a monochromator, a slit, a copper foil on a stage, counters with noise.
It prints one line, READY {"port": ...}, when it answers; Ctrl-C ends it.
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
    if not _PREFIX.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"takes up to {_LONGEST_PREFIX} of the letters A-Z and a-z, digits and _ : < > ; + -, "
            f"not {text!r:.60}"
        )
    return text


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m sim_ioc",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--prefix", type=_prefix, default="BL:", help="begins every PV name (BL:)")
    add(
        "--port",
        type=_within(int, 0, _LARGEST_PORT),
        default=0,
        metavar="NUMBER",
        help="of TCP and UDP; 0 takes any that is free (0)",
    )
    add(
        "--time-factor",
        type=_within(float, _SLOWEST, _FASTEST),
        default=1.0,
        metavar="NUMBER",
        help="simulated seconds that pass in a real one (1)",
    )
    add(
        "--seed",
        type=_within(int, 0, _LARGEST_SEED),
        default=0,
        metavar="NUMBER",
        help="of all noise: the same one gives the same counts (0)",
    )
    add("--instant", action="store_true", help="let moves and counts take no time")
    add("--exit-with-stdin", action="store_true", help="end when standard input is closed")
    add("--list", action="store_true", help="print every PV with type, unit and limits, and end")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status, 1 if the beamline cannot be served."""
    given = _parser().parse_args(arguments)
    # imported late, so that --help and wrong arguments answer at once
    from sim_ioc.beamline import BeamlineOptions  # noqa: PLC0415
    from sim_ioc.listing import pv_listing  # noqa: PLC0415
    from sim_ioc.server import run  # noqa: PLC0415

    options = BeamlineOptions(given.prefix, given.time_factor, given.seed, given.instant)
    if given.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `--list | head` ends quietly
        sys.stdout.write(pv_listing(options))
        return 0
    try:
        run(options, given.port, exit_with_stdin=given.exit_with_stdin)
    except SimError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    # Ctrl-C while modules are loaded, or after the server has ended, shows no traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = main()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(status)
