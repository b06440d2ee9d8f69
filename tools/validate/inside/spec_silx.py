"""Read SPEC files as PyMca and silx do."""

from silx.io.specfile import SpecFile
from told import tell


def check(path: str) -> str:
    """Compare labels, columns and the counts that the headers give."""
    said = []
    scans = SpecFile(path)
    for scan in scans:
        told = int(scan.scan_header_dict["N"].split()[0])
        columns = scan.data.shape[0] if scan.data.size else len(scan.labels)
        if not told == columns == len(scan.labels):
            said.append(
                f"invalid: scan {scan.number} has {columns} columns, "
                f"{len(scan.labels)} labels and #N {told}"
            )
        if not len(scan.motor_names) == len(scan.motor_positions):
            said.append(f"invalid: scan {scan.number} has other motors than positions")
    return "\n".join([*said, f"read {len(scans)} scans"])


tell(check)
