"""Ask the person at a plot for shapes, from a script or at the prompt (BL-154)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.errors import ConsumerError
from callbacks.plot.custom.shapes import Place, Shape, known_kind, mask_of
from callbacks.plot.link import SAVE_DEADLINE, SELECT_DEADLINE, PlotLink

_MASKS = ("rectangle", "polygon")


class Picking:
    """A window in which shapes can be selected: that of scans, or a plot of a script.

    Each of these waits for the person, `deadline` seconds at the most; Ctrl-C ends it at once, and
    so does Esc in the window. Without a screen they say so.

    Parameters
    ----------
    link
        To the process that draws.
    name
        Of the plot; None for the window of scans.

    Examples
    --------
    >>> live_plot().select_shape("rectangle").x  # doctest: +SKIP
    (1.2, 1.9)
    """

    def __init__(self, link: PlotLink, name: str | None = None) -> None:
        self.link = link
        self.name = name

    def select_shape(self, kind: str = "rectangle", deadline: float = SELECT_DEADLINE) -> Shape:
        """Have one shape selected: rectangle, line, polygon, hline, vline or point.

        Raises
        ------
        ConsumerError
            There is no such kind, no screen, or nobody has selected anything in time.

        Examples
        --------
        >>> low, high = live_plot().select_shape("rectangle").x  # doctest: +SKIP
        """
        return self.select_shapes([kind], deadline)[0]

    def select_shapes(
        self, kinds: Sequence[str], deadline: float = SELECT_DEADLINE
    ) -> tuple[Shape, ...]:
        """Have several shapes selected, one after the other.

        Examples
        --------
        >>> sample, empty = live_plot().select_shapes(["rectangle", "rectangle"])
        ... # doctest: +SKIP
        """
        wanted = [known_kind(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        if not wanted:
            message = "say which shapes: select_shapes(['rectangle', 'point'])"
            raise ConsumerError(message)
        return self._select(wanted, deadline, is_open=False)

    def select_points(
        self, number: int = 1, deadline: float = SELECT_DEADLINE
    ) -> tuple[tuple[float, float], ...]:
        """Have places clicked, and give x and y of each.

        Examples
        --------
        >>> ((x_at, y_at),) = live_plot().select_points()  # doctest: +SKIP
        """
        return tuple(shape.points[0] for shape in self.select_shapes(["point"] * number, deadline))

    def select_mask(
        self, rows: int, columns: int, kind: str = "rectangle", deadline: float = SELECT_DEADLINE
    ) -> NDArray[np.bool_]:
        """Have any number of shapes selected, Enter ends it; give the pixels that are in one.

        Parameters
        ----------
        rows, columns
            Of the image.
        kind
            ``"rectangle"`` or ``"polygon"``.

        Examples
        --------
        >>> bad_pixels = plot(frame).select_mask(*frame.shape)  # doctest: +SKIP
        """
        if kind not in _MASKS:
            message = f"a mask consists of {' or '.join(_MASKS)}s, not of {kind!r}"
            raise ConsumerError(message)
        return mask_of(self._select([kind], deadline, is_open=True), rows, columns)

    def edit_rectangles(
        self, rectangles: Mapping[str, Sequence[Place]], deadline: float = SELECT_DEADLINE
    ) -> dict[str, tuple[Place, Place]]:
        """Have rectangles moved by their inside or a corner; Enter takes them all.

        Parameters
        ----------
        rectangles
            Two opposite corners of each, by name.

        Examples
        --------
        >>> plot(frame).edit_rectangles({"spot": [(10, 10), (30, 20)]})  # doctest: +SKIP
        {'spot': ((12.0, 10.0), (32.0, 20.0))}
        """
        places = {name: [list(at) for at in corners] for name, corners in rectangles.items()}
        found = self.link.ask("edit", self.name, deadline, rectangles=places)["rectangles"]
        return {name: (_place(one), _place(other)) for name, (one, other) in found.items()}

    def save(self, path: Path | str) -> Path:
        """Write the plot as it is seen into a PNG file.

        Raises
        ------
        ConsumerError
            Its window is closed, or the file cannot be written.

        Examples
        --------
        >>> live_plot().save("for the paper.png")  # doctest: +SKIP
        """
        where = Path(path).absolute()
        self.link.ask("save", self.name, SAVE_DEADLINE, path=str(where))
        return where

    def _select(self, kinds: Sequence[str], deadline: float, *, is_open: bool) -> tuple[Shape, ...]:
        told = self.link.ask("select", self.name, deadline, kinds=list(kinds), is_open=is_open)
        return tuple(_shape(each) for each in told["shapes"])


def _shape(told: Mapping[str, Any]) -> Shape:
    return Shape(told["kind"], tuple(_place(at) for at in told["points"]), int(told["axis"]))


def _place(told: Sequence[float]) -> Place:
    x, y = told
    return float(x), float(y)
