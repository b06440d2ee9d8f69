"""The PVs of a beamline as a text table."""

from sim_ioc.beamline import Beamline, BeamlineOptions, PvRow

_HEADINGS = ("name", "type", "unit", "limits", "access", "description")


def _cells(row: PvRow) -> tuple[str, ...]:
    limits = "" if row.limits is None else f"{row.limits[0]:g} .. {row.limits[1]:g}"
    return row.name, row.type, row.unit, limits, row.access, row.description


def pv_listing(options: BeamlineOptions) -> str:
    """Return one line per PV, in columns."""
    lines = [_HEADINGS, *(_cells(row) for row in Beamline(options).pv_table())]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)
