"""The page that says what may be written, made from the models; and their JSON Schema."""

import types
import typing
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from blueline.config.beamline_model import (
    BeamlineModel,
    CatalogModel,
    ChannelAccessModel,
    DataModel,
    QueueModel,
    SimulationModel,
    StreamModel,
)
from blueline.config.consumers_model import ConsumersModel, OwnConsumerModel
from blueline.config.device_model import (
    LABELS,
    DeviceModel,
    FormulaModel,
    GroupModel,
    SuspenderModel,
)
from blueline.config.file_model import FileModel
from blueline.config.session_model import SessionModel

#: The tables of the page, in their order.
_TABLES = {
    "A file": FileModel,
    "beamline": BeamlineModel,
    "beamline: channel_access": ChannelAccessModel,
    "beamline: simulation": SimulationModel,
    "beamline: data": DataModel,
    "beamline: stream": StreamModel,
    "beamline: catalog": CatalogModel,
    "beamline: consumers": ConsumersModel,
    "An item of own in consumers": OwnConsumerModel,
    "beamline: queue": QueueModel,
    "An item of devices": DeviceModel,
    "An item of groups": GroupModel,
    "A formula of a group": FormulaModel,
    "An item of sessions": SessionModel,
    "An item of suspenders": SuspenderModel,
}
_HEAD = """# Configuration

<!-- made by `python tools/configuration_page.py` from the models of blueline.config -->

A beamline is a folder with `beamline.yml`; every other `.yml` file in it and below is read as well,
in the order of the names. Folders that begin with `.` or `_`, the state folder, the data folder and
the file of the simulation are left out. All files have the keys of the first table, and no others
are taken.

`$name` in arguments is another device, `$name.part` what it has, `$(P)` a macro, `$$` a dollar; a
mapping with `class` and `arguments` and nothing else is made in place. `$(data)` is the folder of
the data, and `$(session)` the name of the session.

{doc}`../how-to/describe-a-beamline` shows it on an example.
"""
_WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
_LIMITS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def reference_page() -> str:
    """Give the page docs/reference/configuration.md."""
    tables = [_table(title, model) for title, model in _TABLES.items()]
    labels = [f"- `{label}`: {what}" for label, what in LABELS.items()]
    return "\n".join([_HEAD, *tables, "## Labels of devices", "", *labels]) + "\n"


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of a file, for editors that complete and check while typing."""
    return FileModel.model_json_schema(by_alias=True)


def _table(title: str, model: type[BaseModel]) -> str:
    rows = [_row(name, field) for name, field in model.model_fields.items()]
    head = ["| key | value | without it | meaning |", "|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _row(name: str, field: FieldInfo) -> str:
    limits = [
        f"{sign} {getattr(limit, key):g}"
        for limit in field.metadata
        for key, sign in _LIMITS.items()
        if hasattr(limit, key)
    ]
    value = ", ".join([_kind(field.annotation), *limits])
    cells = [f"`{field.alias or name}`", value, _default(field), field.description or ""]
    return f"| {' | '.join(cell.replace('|', 'or') for cell in cells)} |"


def _kind(annotation: Any) -> str:  # noqa: ANN401 - a type
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        return " or ".join(_kind(each) for each in inner if each is not type(None))
    if origin is typing.Literal:
        return " or ".join(f"`{each}`" for each in inner)
    if origin in {list, dict, typing.Annotated}:
        ending = {list: f"list of {_kind(inner[0])}", dict: f"{_kind(inner[-1])} by name"}
        return ending.get(origin, _kind(inner[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "keys and values"
    return _WORDS.get(getattr(annotation, "__name__", ""), "value")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    if value in (None, "", [], {}) or isinstance(value, BaseModel):
        return ""
    return f"{value:g}" if isinstance(value, int | float) else f"`{value}`"
