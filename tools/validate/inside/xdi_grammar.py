"""Hold XDI files against the grammar of XDI 1.0, as acquisition 4.8 has it, without a library."""

import re
from pathlib import Path

from told import tell

_VERSION = re.compile(r"# XDI/1\.\d( [!-~]+)*$")
_FIELD = re.compile(r"#\s*[A-Za-z][\w]*\.[\w]+:\s*\S.*$")
_LABEL = re.compile(r"[!-~]+$")
_COMMENTS = re.compile(r"#\s*/{3,}\s*$")
_END = re.compile(r"#\s*-{3,}\s*$")


def check(path: str) -> str:
    """Look at version, fields, comments, labels and numbers."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    rows = [line for line in lines if line and not line.startswith("#")]
    said = [*_header(header), *_rows(rows, header)]
    return "\n".join([*(f"invalid: {each}" for each in said), f"read {len(rows)} rows"])


def _header(header: list[str]) -> list[str]:
    ends = [i for i, line in enumerate(header) if _END.match(line)]
    if not header or not _VERSION.match(header[0]) or len(ends) != 1:
        return ["no version in the first line, or no line that ends the header"]
    begins = [i for i, line in enumerate(header) if _COMMENTS.match(line)]
    fields = header[1 : begins[0] if begins else ends[0]]
    wrong = [f"no field: {line}" for line in fields if not _FIELD.match(line)]
    return wrong + ([] if len(header) == ends[0] + 2 else ["no one line of labels"])


def _rows(rows: list[str], header: list[str]) -> list[str]:
    labels = header[-1].removeprefix("#").split() if header else []
    said = [f"a label with odd characters: {label}" for label in labels if not _LABEL.match(label)]
    said += ["two columns have one label"] if len(set(labels)) < len(labels) else []
    for row in rows:
        values = row.split()
        if len(values) != len(labels):
            said.append(f"{len(values)} values under {len(labels)} labels: {row:.60}")
        said += [f"no finite number: {value}" for value in values if not _is_finite(value)]
    return said


def _is_finite(text: str) -> bool:
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text) is not None


tell(check)
