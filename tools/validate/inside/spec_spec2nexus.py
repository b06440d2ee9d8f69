"""Read SPEC files as spec2nexus does."""

import logging
import sys

from spec2nexus.spec import SpecDataFile
from told import tell

logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="invalid: %(message)s")


def check(path: str) -> str:
    """Interpret every scan; columns have as many values as rows."""
    said = []
    file = SpecDataFile(path)
    numbers = file.getScanNumbers()
    for number in numbers:
        scan = file.getScan(number)
        scan.interpret()
        lengths = {len(scan.data.get(label, ())) for label in scan.L}
        if int(scan.N[0]) != len(scan.L):
            said.append(f"invalid: scan {number} has #N {scan.N[0]} and {len(scan.L)} labels")
        if len(lengths) > 1:
            said.append(f"invalid: scan {number} has columns of {sorted(lengths)} values")
    return "\n".join([*said, f"read {len(numbers)} scans"])


tell(check)
