"""What can be asked of the plots of scripts, refused in sentences where it cannot be; pure."""

import re

from callbacks.errors import ConsumerError
from callbacks.plot.custom.cells import KINDS
from callbacks.plot.custom.packed import Numbers

STYLES = ("-", "--", "-.", ":", "")
MARKERS = frozenset(".,ov^<>1234s*xDdpPhH+X|_")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}|C\d+|(tab:)?[a-z]+")


def require_look(style: str, marker: str, color: str) -> None:
    """Refuse a look that no curve can have."""
    if style not in STYLES:
        message = f"no line style {style!r}; there are {', '.join(map(repr, STYLES))}"
        raise ConsumerError(message)
    if marker and marker not in MARKERS:
        message = f"no marker {marker!r}; there are {' '.join(sorted(MARKERS))}"
        raise ConsumerError(message)
    if color and not _COLOR.fullmatch(color):
        message = f"no color {color!r}; say it as 'red', '#aa00ff', 'tab:blue' or 'C3'"
        raise ConsumerError(message)


def require_kind(kind: str) -> None:
    """Refuse a kind of plot that there is not."""
    if kind not in KINDS:
        message = f"no kind of plot {kind!r}; there are {', '.join(KINDS)}"
        raise ConsumerError(message)


def require_curve(x: Numbers, y: Numbers) -> None:
    """Refuse numbers that are no curve."""
    if x.ndim != 1 or y.ndim != 1 or x.size != y.size:
        message = (
            f"a curve has as many x as y, in one dimension; these have the shapes {x.shape} and "
            f"{y.shape}"
        )
        raise ConsumerError(message)


def require_places(kind: str, values: Numbers, places: dict[str, Numbers]) -> None:
    """Refuse places that do not belong to the values of a kind of plot."""
    wanted = {"scatter": ("x", "y"), "curve-stack": ("x",)}.get(kind, ())
    if kind == "scatter" and len(places) < 2:
        message = "values of a cloud have places: give x and y"
        raise ConsumerError(message)
    for name, at in places.items():
        length = values.shape[-1]
        if name not in wanted or at.shape != (length,):
            message = (
                f"{name} of a {kind} is {f'{length} numbers' if name in wanted else 'not used'}"
            )
            raise ConsumerError(f"{message}; these have the shape {at.shape}")
