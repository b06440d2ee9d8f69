"""`python -m sim_ioc`: serve the built-in virtual beamline on loopback."""

import argparse
import math
import sys
from collections.abc import Sequence

from sim_ioc.errors import SimIocError

#: Names may have 60 characters in all.
_LONGEST_PREFIX = 30


def _positive(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"must be a number above 0, not {text}")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise argparse.ArgumentTypeError(f"must be between 0 (any free one) and 65535, not {text}")
    return number


def _seed(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"must be between 0 and {2**31 - 1}, not {text}")
    return number


def _prefix(text: str) -> str:
    if not text.isprintable() or len(text) > _LONGEST_PREFIX or set(text) & set(". {}[]$"):
        raise argparse.ArgumentTypeError(
            f"must be up to {_LONGEST_PREFIX} characters without dots, spaces, brackets and $, "
            f"not {text!r}"
        )
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sim_ioc", description=__doc__)
    parser.add_argument("--prefix", type=_prefix, default="BL:", help="start of every PV name")
    parser.add_argument("--port", type=_port, default=0, help="TCP and UDP port; 0: any")
    parser.add_argument(
        "--time-factor", type=_positive, default=1.0, help="simulated seconds per second"
    )
    parser.add_argument("--seed", type=_seed, default=0, help="of all noise")
    parser.add_argument("--instant", action="store_true", help="moves and counts take no time")
    parser.add_argument(
        "--exit-with-stdin", action="store_true", help="end when standard input is closed"
    )
    parser.add_argument("--list", action="store_true", help="print the PVs and end")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    given = _parser().parse_args(arguments)
    # imported late, so that --help and wrong arguments answer at once
    from sim_ioc.beamline import BeamlineOptions  # noqa: PLC0415
    from sim_ioc.listing import pv_listing  # noqa: PLC0415
    from sim_ioc.server import run  # noqa: PLC0415

    options = BeamlineOptions(given.prefix, given.time_factor, given.seed, given.instant)
    if given.list:
        sys.stdout.write(pv_listing(options))
        return 0
    try:
        run(options, given.port, exit_with_stdin=given.exit_with_stdin)
    except SimIocError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
