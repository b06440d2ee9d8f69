"""Runs for the tests of catalogs, and journals of them."""

import math

from tests.unit.callbacks.scan_documents import Scan, mesh, number_key

#: One for each of eleven points; none of them may change on its way.
ODD = (0.1, math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308, 2 / 3, 1e22, 3, 0)
LARGE = (2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 0, 1, 2, 3, 4, 5, 6)
READINGS = {
    "odd": number_key("PV:odd"),
    "large": number_key("PV:large", dtype="integer"),
    "state": {"source": "PV:state", "dtype": "string", "shape": []},
    "spectrum": {"source": "PV:mca", "dtype": "array", "shape": [64]},
    "pair": {"source": "PV:pair", "dtype": "array", "shape": [2]},
}


class OddScan(Scan):
    """A line scan that reads numbers of all kinds, text and arrays."""

    def event(self, index, **changes):
        return super().event(index, odd=ODD[index], large=LARGE[index], **changes)


def odd_scan(number=1):
    return OddScan(uid=f"0dd0{number:04d}-aaaa", scan_id=number, readings=READINGS)


def line(number, **extra):
    """A line scan; the later its number, the later it began."""
    uid = f"11e{number:05d}-aaaa"
    return Scan(uid=uid, scan_id=number, time=Scan.time + 1000 * number, extra=extra)


def grid(number, **extra):
    scan = mesh(number, **extra)
    scan.uid, scan.time = f"a2ea{number:04d}-aaaa", Scan.time + 1000 * number
    return scan


def bits(values):
    """Numbers as texts that differ wherever a bit does, NaN aside."""
    return [value if isinstance(value, int) else float(value).hex() for value in values]
