"""A drawing of the beamline with where everything is now: synoptic (BL-30)."""

import re
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.whole_files import replace_file

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Name of the picture in the data folder.
NAME = "synoptic.svg"
_FIELD = re.compile(r"\{([A-Za-z]\w*)\}")
#: Stands for what does not answer, or has no value that a drawing could show.
_UNKNOWN = "?"


def synoptic(desk: "Desk") -> None:
    """Draw the beamline with where its axes and signals are now, as a picture in the data folder.

    Examples
    --------
    >>> synoptic()  # doctest: +SKIP
    """
    session: Any = desk.session
    wanted = session.config.session(session.name).synoptic
    if wanted is None:
        message = f"the session {session.name} has no drawing: name one, synoptic: beamline.svg"
        raise BluelineError(message)
    text = (session.config.folder / wanted).read_text(encoding="utf-8")
    path = session.folder.root / NAME
    replace_file(path, filled(text, _values(desk, set(_FIELD.findall(text)))))
    desk.show(f"drawn in {path}")


def filled(drawing: str, values: Mapping[str, str]) -> str:
    """Give a drawing with values in the place of their names; what is no name stays.

    Examples
    --------
    >>> filled("<style>text {fill: red}</style><text>x {x}, {y}</text>", {"x": "1 < 2"})
    '<style>text {fill: red}</style><text>x 1 &lt; 2, {y}</text>'
    """
    return _FIELD.sub(lambda found: escape(values.get(found[1], found[0])), drawing)


def _values(desk: "Desk", names: set[str]) -> dict[str, str]:
    axes = {name: axis for name, axis in desk.axes.items() if name in names}
    found = {
        view.name: _UNKNOWN
        if view.position is None
        else f"{view.number(view.position)} {view.unit}"
        for view in desk.views(axes)
    }
    others = {name: each for name, each in desk.session.devices.items() if name in names}
    return {**{name: _read(desk, each) for name, each in others.items()}, **found}


def _read(desk: "Desk", device: Any) -> str:  # noqa: ANN401 - any device
    if desk.missing(device) or not callable(getattr(device, "get", None)):
        return _UNKNOWN
    try:
        value = device.get()
    except Exception:  # whatever a device of others does: the others are drawn
        return _UNKNOWN
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value) if isinstance(value, int | str) else _UNKNOWN
