"""Read the plots of NeXus files as silx does."""

import h5py
from silx.io import nxdata
from told import tell


def check(path: str) -> str:
    """Look at every NXdata, and whether entries with points have a default plot."""
    said = []
    number = 0
    with h5py.File(path) as file:
        for name, entry in file.items():
            plots = [key for key in entry if entry[key].attrs.get("NX_class") == "NXdata"]
            number += len(plots)
            for key in plots:
                plot = nxdata.NXdata(entry[key])
                issues = "; ".join(plot.issues)
                if not plot.is_valid or issues:
                    said.append(f"invalid: /{name}/{key}: {issues or 'no NXdata'}")
            if plots and nxdata.get_default(entry) is None:
                said.append(f"invalid: /{name} has plots and no default")
        if any(_has_plots(entry) for entry in file.values()) and nxdata.get_default(file) is None:
            said.append("invalid: / has no default plot")
    return "\n".join([*said, f"read {number} plots"])


def _has_plots(entry: h5py.Group) -> bool:
    return any(each.attrs.get("NX_class") == "NXdata" for each in entry.values())


tell(check)
