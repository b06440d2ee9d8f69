"""Read XDI files with the library of XDI itself, as xraylarch brings it.

It refuses files of fewer than three rows, whatever is in them: those are read by `xdi_grammar`
alone. The dictionary is for scans over photon energy; of others only the form is looked at.
"""

import ctypes
from pathlib import Path

from larch.io.xdi import XDIFile, XDIFileStruct, get_xdilib
from told import tell

#: Rows below which the library says "one or fewer rows in data table".
_FEWEST_ROWS = 3


def check(path: str) -> str:
    """Read a file, and validate each item of its header."""
    rows = [line for line in Path(path).read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    if len(rows) < _FEWEST_ROWS:
        return f"read {len(rows)} rows"
    found = XDIFile(path)
    said = [f"invalid: {each}" for each in _objections(path, "energy" in found.array_labels)]
    return "\n".join([*said, f"read {found.npts} rows"])


def _objections(path: str, is_spectrum: bool) -> list[str]:
    library = get_xdilib()
    told = ctypes.pointer(XDIFileStruct())
    status = library.XDI_readfile(path.encode(), told)
    said = [f"status {status}"] if status else []
    if not is_spectrum:
        return said
    if library.XDI_required_metadata(told):
        said.append(told.contents.error_message.decode())
    number = told.contents.nmetadata
    columns = (told.contents.meta_families, told.contents.meta_keywords, told.contents.meta_values)
    items = zip(*((number * ctypes.c_char_p).from_address(each) for each in columns), strict=True)
    for family, keyword, value in items:
        if library.XDI_validate_item(told, family, keyword, value):
            said.append(
                f"{family.decode()}.{keyword.decode()}: {told.contents.error_message.decode()}"
            )
    return said


tell(check)
