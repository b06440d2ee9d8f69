"""What file and command line allow alike; light, so that the latter answers at once."""

import re

#: EPICS names have 60 characters; a prefix leaves half of them to what follows.
LONGEST_PREFIX = 30
#: Beyond these factors, sums of times lose the digits that a move needs.
SLOWEST, FASTEST = 1e-3, 1e6
LARGEST_SEED = 2**31 - 1
#: Stands between the name of a record and that of one of its faults, and nowhere else.
FAULT_MARK = ":fault:"

_PREFIX = re.compile(rf"[A-Za-z0-9_:<>;+-]{{0,{LONGEST_PREFIX}}}")


def checked_prefix(text: str) -> str:
    """Return what may begin every PV name; ValueError for anything else."""
    if not _PREFIX.fullmatch(text) or FAULT_MARK in text:
        raise ValueError(
            f"takes up to {LONGEST_PREFIX} of the letters A-Z and a-z, digits and _ : < > ; + -, "
            f"without {FAULT_MARK!r}, not {text!r:.60}"
        )
    return text
