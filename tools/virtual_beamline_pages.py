"""Write the reference pages of the virtual beamline from the code itself, when the docs are built.

docs/reference/generated/pvs.md has every PV of the built-in beamline, beamline-file.md every key of
a beamline's YAML, virtual-faults.md every fault. Run: python -m tools.virtual_beamline_pages
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import to_json

from sim_ioc import faults
from sim_ioc.beamline import Beamline
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.config import BeamlineSettings, Part
from sim_ioc.config_file import dump
from sim_ioc.layout import builtin_beamline
from sim_ioc.listing import folded, pv_row

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "generated"
_COLUMNS = ("name", "type", "unit", "access", "description")


def table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    rows = [headings, ["---"] * len(headings), *lines]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;") or " "


def fields_of(record: Record, strip: str) -> str:
    """Write the fields of a record, or the members of a group, numbered ones folded into one."""
    rows = folded(pv_row(record, field) for field in record.fields.values())
    lines = []
    for row in rows:
        name = row.name.replace(strip, "") or "VAL"
        lines.append([f"`{name}`", row.type, row.unit, row.access, row.description])
    return table(_COLUMNS, lines)


def pvs_page(settings: BeamlineSettings) -> str:
    """Write all PVs of a beamline: the records, then the fields of each type once."""
    records = list(Beamline(settings).database.records.values())
    single = [record for record in records if not isinstance(record, Group)]
    groups = [record for record in records if isinstance(record, Group)]
    lines = [
        [f"`{record.name}`", record.record_type, str(record.values.get("DESC", ""))]
        for record in single
    ]
    parts = ["# Process variables of the virtual beamline\n", _PVS, "## Records\n"]
    parts.append(table(("record", "type", "what it is"), lines))
    for kind, record in {record.record_type: record for record in reversed(single)}.items():
        parts += [f"## Fields of the {kind} record\n", fields_of(record, f"{record.name}.")]
    for group in groups:
        parts += [f"## {group.name}\n", fields_of(group, group.name)]
    return "\n".join(parts)


def file_page(settings: BeamlineSettings) -> str:
    """Write all keys of a beamline file."""
    parts = ["# Beamline file\n", _FILE, "## The beamline\n", _keys(BeamlineSettings)]
    for model in get_args(get_args(Part)[0]):
        kind = model.model_fields["kind"].default
        parts += [f"## kind: {kind}\n", f"{_first_line(model)}\n", _keys(model)]
        for inner in _inner_models(model):
            title = f"### {inner.__name__}, in kind: {kind}\n"
            parts += [title, f"{_first_line(inner)}\n", _keys(inner)]
    parts += ["## The built-in beamline\n", f"```yaml\n{dump(settings)}```\n"]
    return "\n".join(parts)


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _inner_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Give the models that the keys of a part hold, and what they hold themselves."""
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            yield inner
            yield from _inner_models(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _keys(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    lines = []
    for name, key in schema["properties"].items():
        if name in {"kind", "parts"}:
            continue
        field = model.model_fields[name]
        value = field.get_default(call_default_factory=True)
        default = "needed" if name in needed else f"`{to_json(value).decode()}`"
        lines.append([f"`{name}`", _kind(key), default, _range(key), key.get("description", "")])
    return table(("key", "type", "default", "range", "meaning"), lines)


def _kind(key: dict[str, Any]) -> str:
    if "enum" in key:
        return " or ".join(map(str, key["enum"]))
    if "anyOf" in key:
        return " or ".join(_kind(each) for each in key["anyOf"])
    if "$ref" in key:
        return key["$ref"].rpartition("/")[2]
    if "items" in key:
        return f"list of {_kind(key['items'])}"
    return str(key.get("type", ""))


_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def _range(key: dict[str, Any]) -> str:
    return ", ".join(f"{sign} {key[name]:g}" for name, sign in _BOUNDS.items() if name in key)


def faults_page(_: BeamlineSettings) -> str:
    """Write all faults by what can have them."""
    parts = ["# Faults of the virtual beamline\n", _FAULTS]
    seen: dict[str, Any] = {}
    tables = {
        "Any record": faults.RECORD_FAULTS,
        "Motors": faults.MOTOR_FAULTS,
        "Counters": faults.COUNTER_FAULTS,
        "Cameras": faults.CAMERA_FAULTS,
        "The storage ring": faults.RING_FAULTS,
        "The whole server": faults.SERVER_FAULTS,
    }
    for title, fields in tables.items():
        new = {name: field for name, field in fields.items() if seen.get(name) != field}
        seen |= new
        lines = [
            [f"`{field.name}`", ", ".join(field.choices) or "number", field.unit, field.description]
            for field in new.values()
        ]
        parts += [f"## {title}\n", table(("fault", "values", "unit", "what happens"), lines)]
    return "\n".join(parts)


_PVS = """\
What `blueline ioc --list` prints, folded: a row such as `S1 … S32` stands for all numbers between.
Every record also has the fields NAME, RTYP and DESC, and [faults](virtual-faults.md). Names behind
a prefix, as `BL:ring:current`, are records as well: they have EGU, SCAN, STAT and SEVR besides, and
by their type PREC, or ZNAM and ONAM, or ZRST to FFST, or NELM, NORD and FTVL.
"""
_FILE = """\
What a file for `blueline ioc FILE.yml` may say. `blueline ioc --show` prints the built-in beamline
as such a file; [](../../how-to/build-a-virtual-beamline.md) begins with it.
"""
_FAULTS = """\
Each is a PV `RECORD:fault:NAME`, for example `BL:sample:x:fault:stall`; 0 or No ends it.
[](../../how-to/inject-a-fault.md) shows how to use them.
"""


PAGES = {"pvs": pvs_page, "beamline-file": file_page, "virtual-faults": faults_page}


def write() -> None:
    """Write all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = builtin_beamline()
    for name, page in PAGES.items():
        (FOLDER / f"{name}.md").write_text(page(settings), encoding="utf-8")


if __name__ == "__main__":
    write()
