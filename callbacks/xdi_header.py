"""The header of an XDI file, made from the documents of a run; pure text.

XDI 1.0 is defined in ``specification/spec.md`` and ``dictionary.md`` of
github.com/XraySpectroscopy/XAS-Data-Interchange; acquisition 4.8 says which fields are ours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from callbacks.routing import Document
from callbacks.run_table import RunTable, command_of, comments_of
from callbacks.spec_format import one_line

#: Units of the first column of an absorption scan.
ENERGY_UNITS = frozenset({"eV", "keV"})
#: The column of the time since the start; the dictionary's own example of such a column.
ELAPSED = "elapsed_time"
#: Bytes kept free for how the run ended, and at what time: both are written in the end.
ENDING_WIDTH = 160
END_TIME = "# Scan.end_time: "
OUTCOME = "# Blueline.outcome: "
RUNNING = "running"

# labels that the dictionary prescribes, by what beamlines call these counters
_LABELS = {"i0": "i0", "it": "itrans", "if": "ifluor", "ir": "irefer"}
_DERIVED = {
    "log(i0/it)": "mutrans",
    "ln(i0/it)": "mutrans",
    "if/i0": "mufluor",
    "log(it/ir)": "murefer",
}
# families of the dictionary that a start document may fill by a mapping of the same name
_FAMILIES = ("facility", "beamline", "mono", "detector", "sample", "element")
# families of epicsscan: XDI's library warns of those that the first line does not name
_EXTENSIONS = "Legend ScanParameters ExtraPVs"
_RULE = "-" * 60
#: The points after which a scan stopped to write, counted from 0.
BREAKPOINTS = "ScanParameters.breakpoints"
_SIGNS = {"µ": "u", "μ": "u", "°": "deg", "Å": "A", "%": "percent"}


def is_energy_scan(table: RunTable) -> bool:
    """Tell whether a run scans one axis, and that in units of energy."""
    return len(table.scanned) == 1 and table.units(table.scanned[0]) in ENERGY_UNITS


class XdiColumns:
    """The columns of an XDI file: the scanned axes, the other numbers, the elapsed time.

    Parameters
    ----------
    start
        The start document.
    table
        The columns of its points.

    Attributes
    ----------
    labels
        One word each, as XDI's dictionary has them where it has one.
    units
        One word each, or nothing.
    """

    def __init__(self, start: Document, table: RunTable) -> None:
        self._table = table
        self._time = float(start.get("time", 0.0))
        keys = [*table.scanned, *table.others]
        # the first column is what the others are plotted against
        self._keys = [*keys, ELAPSED] if table.scanned else [ELAPSED, *keys]
        self.labels = _unique([self._label(key) for key in self._keys])
        self.units = [_word(self._units(key)) for key in self._keys]

    @property
    def sources(self) -> list[str]:
        """Where each column comes from, as its device says."""
        return [str(self._table.described(key).get("source", "")) for key in self._keys]

    def values(self, event: Document) -> list[object]:
        """Give the values of one event in the order of `labels`."""
        read = {**self._table.read(event), ELAPSED: event["time"] - self._time}
        return [read.get(key) for key in self._keys]

    def _units(self, key: str) -> str:
        return "seconds" if key == ELAPSED else self._table.units(key)

    def _label(self, key: str) -> str:
        if key in self._table.scanned and is_energy_scan(self._table):
            return "energy"
        formula = str(self._table.described(key).get("expression", ""))
        known = _DERIVED.get("".join(formula.split()).lower(), _LABELS.get(key.lower()))
        return known or _tag(key)


def header(
    start: Document, columns: XdiColumns, baseline: Mapping[str, tuple[object, str, str]]
) -> str:
    """Give all lines before the data.

    Parameters
    ----------
    start
        The start document.
    columns
        Of the data.
    baseline
        What was read beside the scan, by name: value, units and source.
    """
    fields = [
        # first, as what tells whose file this is must stand near its beginning
        ("Blueline.uid", start["uid"]),
        ("Blueline.outcome", outcome(RUNNING)),
        *_columns(columns),
        *_sample(start),
        *_scan(start),
        *_parameters(start),
        *_extras(baseline),
    ]
    lines = [f"# {name}: {one_line(value)}" for name, value in fields]
    lines += ["# ///", *(f"# {_comment(line)}" for line in comments_of(start))]
    lines += [f"# {_RULE}", f"# {' '.join(columns.labels)}"]
    return "\n".join([f"# XDI/1.0 {_ourselves()}", *lines, ""])


def iso_time(timestamp: float) -> str:
    """Give a POSIX time as XDI has it, in this computer's time zone, always equally long."""
    return datetime.fromtimestamp(timestamp).astimezone().strftime("%Y-%m-%dT%H:%M:%S")


def outcome(text: str) -> str:
    """Give how a run ended, filled up with blanks to the bytes that are kept for it."""
    kept = one_line(text).encode("ascii", "replace").decode()[:ENDING_WIDTH]
    return f"{kept:<{ENDING_WIDTH}}"


def _comment(line: str) -> str:
    """Give a comment such that it does not read as the line that ends comments."""
    text = one_line(line)
    return f"| {text}" if text.lstrip().startswith(("---", "///")) else text


def _ourselves() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - reads files

    try:
        return f"Blueline/{version('blueline')} {_EXTENSIONS}"
    except PackageNotFoundError:
        return f"Blueline {_EXTENSIONS}"


def _columns(columns: XdiColumns) -> Iterator[tuple[str, object]]:
    for i, (label, units) in enumerate(zip(columns.labels, columns.units, strict=True), 1):
        yield f"Column.{i}", f"{label} {units}".rstrip()
    yield "Legend.Start", "label || source"
    for i, (label, source) in enumerate(zip(columns.labels, columns.sources, strict=True), 1):
        yield f"Legend.Column{i}", f"{label} || {source}".rstrip()
    yield "Legend.End", _RULE


def _sample(start: Document) -> Iterator[tuple[str, object]]:
    for family in _FAMILIES:
        told = start.get(family)
        if isinstance(told, Mapping):
            for tag, value in told.items():
                yield f"{family.capitalize()}.{_tag(str(tag))}", value
        elif isinstance(told, str):
            yield f"{family.capitalize()}.{'symbol' if family == 'element' else 'name'}", told
    if "edge" in start:
        yield "Element.edge", start["edge"]
    if "user" in start:
        yield "Sample.experimenters", start["user"]


def _scan(start: Document) -> Iterator[tuple[str, object]]:
    then = iso_time(float(start.get("time", 0.0)))
    yield "Scan.start_time", then
    yield "Scan.end_time", then
    if "edge_energy" in start:
        yield "Scan.edge_energy", f"{start['edge_energy']} eV"
    yield "Blueline.scan_number", start.get("scan_id", "")


def _parameters(start: Document) -> Iterator[tuple[str, object]]:
    yield "ScanParameters.command", command_of(start)
    if "count_time" in start:
        yield "ScanParameters.time", start["count_time"]
    told = start.get("plan_args")
    arguments: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    breaks = arguments.get("breakpoints")
    if isinstance(breaks, Sequence) and not isinstance(breaks, str) and breaks:
        yield BREAKPOINTS, " ".join(map(str, breaks))
    regions = arguments.get("regions")
    for i, region in enumerate(regions if isinstance(regions, Sequence) else [], 1):
        if isinstance(region, Mapping):
            yield f"ScanParameters.Region{i}", _region(region)


def _region(region: Mapping[str, Any]) -> str:
    """Give start, stop, step, whether that is in k, and time of a region of an absorption scan."""
    in_k = region.get("k_step") is not None
    step = region.get("k_step") if in_k else region.get("step")
    if step is None:
        step = f"{region.get('number')}points"
    text = f"{region.get('start')} {region.get('stop')} {step} {in_k} {region.get('time')}"
    more = ("final_time", "weight", "relative")
    return " ".join([text, *(f"{name}={region[name]}" for name in more if region.get(name))])


def _extras(baseline: Mapping[str, tuple[object, str, str]]) -> Iterator[tuple[str, object]]:
    yield "ExtraPVs.Start", "Family.Member: value || source"
    for name, (value, units, source) in baseline.items():
        yield f"ExtraPVs.{_tag(name)}", f"{value} {units}".rstrip() + f" || {source}"
    yield "ExtraPVs.End", _RULE


def _word(text: str) -> str:
    """Give text as one word of ASCII, such as a unit: ``deg/s``."""
    for sign, name in _SIGNS.items():
        text = text.replace(sign, name)
    return re.sub(r"[^A-Za-z0-9_/^*.-]+", "_", text).strip("_")


def _tag(text: str) -> str:
    """Give text as a label or a field's name, of letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", _word(text)).strip("_") or "_"


def _unique(labels: Sequence[str]) -> list[str]:
    """Give labels that differ, whatever their case, by numbering those that are there already."""
    found: list[str] = []
    taken: set[str] = set()
    for label in labels:
        name, copy = label, 1
        while name.lower() in taken:
            copy += 1
            name = f"{label}_{copy}"
        taken.add(name.lower())
        found.append(name)
    return found
