"""Have a person select shapes in a window, or move those that are there."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callbacks.plot.custom.rubber import Place, Rubber, corners
from callbacks.plot.custom.shapes import HOW

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import Event
    from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg

#: Pixels within which a corner is hit, and within which a drag is none.
_NEAR = 8.0
_CLICKED = frozenset({"point", "hline", "vline"})
_DRAGGED = frozenset({"line", "rectangle"})

Answer = Callable[[dict[str, Any]], object]


class _Listening:
    """Listen to mouse and keyboard over some axes until it has ended, with one answer."""

    prompt = ""

    def __init__(self, canvas: "FigureCanvasTkAgg", axes: "Sequence[Axes]", answer: Answer) -> None:
        self.has_ended = False
        self._axes = list(axes)
        self._answer = answer
        self._canvas = canvas
        self._rubber = Rubber(canvas)
        self._listens = [
            canvas.mpl_connect("button_press_event", self._on_press),
            canvas.mpl_connect("motion_notify_event", self._on_move),
            canvas.mpl_connect("button_release_event", self._on_release),
            canvas.mpl_connect("key_press_event", self._on_key),
        ]

    def end(self, found: dict[str, Any] | None) -> None:
        """Listen no more, and answer; None where nobody waits for an answer."""
        if self.has_ended:
            return
        self.has_ended = True
        for each in self._listens:
            self._canvas.mpl_disconnect(each)
        self._rubber.close()
        if found is not None:
            self._answer(found)

    def _place(self, event: Any) -> Place | None:  # noqa: ANN401 - of a mouse
        """Give where an event is in one of our axes; None elsewhere."""
        if event.inaxes not in self._axes or event.xdata is None:
            return None
        return float(event.xdata), float(event.ydata)

    @staticmethod
    def _place_in(axes: "Axes", event: Any) -> Place:  # noqa: ANN401 - of a mouse
        """Give where an event is, or the edge of these axes that it has gone beyond."""
        x, y = axes.transData.inverted().transform((event.x, event.y))
        limits = sorted(axes.get_xlim()), sorted(axes.get_ylim())
        (left, right), (low, high) = limits
        return min(max(float(x), left), right), min(max(float(y), low), high)

    @staticmethod
    def _are_near(axes: "Axes", one: Place, other: Place) -> bool:
        (x1, y1), (x2, y2) = axes.transData.transform([one, other])
        return abs(x1 - x2) <= _NEAR and abs(y1 - y2) <= _NEAR

    def _on_press(self, event: "Event") -> None:
        raise NotImplementedError

    def _on_move(self, event: "Event") -> None:
        raise NotImplementedError

    def _on_release(self, event: "Event") -> None:
        raise NotImplementedError

    def _on_key(self, event: Any) -> None:  # noqa: ANN401 - of a keyboard
        if event.key == "escape":
            self.end({"problem": "the selection was given up in the window"})
        elif event.key == "enter":
            self._on_enter()

    def _on_enter(self) -> None:
        raise NotImplementedError


class Selecting(_Listening):
    """Select shapes of some kinds, one after the other.

    Parameters
    ----------
    kinds
        Of `callbacks.plot.custom.shapes.HOW`.
    is_open
        Select more of the last kind until Enter.
    answer
        Called once with ``{"shapes": [...]}``, or ``{"problem": sentence}``.
    """

    def __init__(
        self,
        canvas: "FigureCanvasTkAgg",
        axes: "Sequence[Axes]",
        answer: Answer,
        kinds: Sequence[str],
        *,
        is_open: bool = False,
    ) -> None:
        super().__init__(canvas, axes, answer)
        self._kinds = list(kinds)
        self._is_open = is_open
        self._found: list[tuple[Axes, str, tuple[Place, ...]]] = []
        self._of: Axes | None = None
        self._points: list[Place] = []

    @property
    def prompt(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What the person is to do now."""
        number, kind = len(self._found) + 1, self._kind
        which = f" {number}" if self._is_open else f" {number} of {len(self._kinds)}"
        many = which if self._is_open or len(self._kinds) > 1 else ""
        end = "; Enter when all are there" if self._is_open else ""
        return f"select a {kind}{many}: {HOW[kind]}{end}; Esc gives up"

    @property
    def _kind(self) -> str:
        return self._kinds[min(len(self._found), len(self._kinds) - 1)]

    def _on_press(self, event: Any) -> None:  # noqa: ANN401
        place, kind = self._place(event), self._kind
        if place is None or (self._points and event.inaxes is not self._of):
            return
        self._of = event.inaxes
        if event.button == 3 and kind == "polygon":
            self._close_polygon()
        elif event.button != 1:
            return
        elif kind in _CLICKED:
            self._take([place])
        elif kind in _DRAGGED:
            self._points = [place]
        else:
            self._add_corner(place)

    def _add_corner(self, place: Place) -> None:
        assert self._of is not None  # noqa: S101 - pressed in it
        if len(self._points) > 2 and self._are_near(self._of, place, self._points[0]):
            self._close_polygon()
        elif not self._points or not self._are_near(self._of, place, self._points[-1]):
            self._points.append(place)
            self._show(place)

    def _close_polygon(self) -> None:
        if len(self._points) > 2:
            self._take(self._points)

    def _on_move(self, event: Any) -> None:  # noqa: ANN401
        if self._points and self._of is not None:
            self._show(self._place_in(self._of, event))

    def _on_release(self, event: Any) -> None:  # noqa: ANN401
        if self._kind not in _DRAGGED or not self._points or self._of is None:
            return
        (first,), place = self._points, self._place_in(self._of, event)
        self._points = []
        if self._are_near(self._of, first, place):
            self._show(None)
            return
        self._take([first, place])

    def _on_enter(self) -> None:
        if self._points and self._kind == "polygon":
            self._close_polygon()
        elif self._is_open and self._found:
            self._finish()

    def _take(self, points: Sequence[Place]) -> None:
        assert self._of is not None  # noqa: S101 - pressed in it
        self._found.append((self._of, self._kind, tuple(points)))
        self._points = []
        self._show(None)
        if not self._is_open and len(self._found) == len(self._kinds):
            self._finish()

    def _finish(self) -> None:
        shapes = [
            {"kind": kind, "points": [list(at) for at in points], "axis": self._axes.index(of) + 1}
            for of, kind, points in self._found
        ]
        self.end({"shapes": shapes})

    def _show(self, place: Place | None) -> None:
        shapes = [(of, kind, points, "") for of, kind, points in self._found]
        if self._points and place is not None and self._of is not None:
            shape = "line" if self._kind == "polygon" else self._kind
            shapes.append((self._of, shape, (*self._points, place), ""))
        self._rubber.show(shapes)


class Editing(_Listening):
    """Move rectangles and their corners; Enter takes them as they are.

    Parameters
    ----------
    rectangles
        Two opposite corners of each, by name.
    answer
        Called once with ``{"rectangles": ...}``, or ``{"problem": sentence}``.
    """

    prompt = "drag a rectangle or its corner; Enter takes them all, Esc gives up"

    def __init__(
        self,
        canvas: "FigureCanvasTkAgg",
        axes: "Sequence[Axes]",
        answer: Answer,
        rectangles: Mapping[str, Sequence[Place]],
    ) -> None:
        super().__init__(canvas, axes, answer)
        self._of = axes[0]
        self._rectangles = {name: corners(places) for name, places in rectangles.items()}
        self._held: tuple[str, int | None, Place] | None = None
        self._show()

    def _on_press(self, event: Any) -> None:  # noqa: ANN401
        place = self._place(event)
        if place is None or event.button != 1:
            return
        for name, places in reversed(self._rectangles.items()):
            near = (i for i, at in enumerate(places) if self._are_near(self._of, place, at))
            corner = next(near, None)
            if corner is not None or _is_within(place, places):
                self._held = name, corner, place
                return

    def _on_move(self, event: Any) -> None:  # noqa: ANN401
        if self._held is None:
            return
        place = self._place_in(self._of, event)
        name, corner, before = self._held
        places = self._rectangles[name]
        if corner is None:
            by = place[0] - before[0], place[1] - before[1]
            self._rectangles[name] = [(x + by[0], y + by[1]) for x, y in places]
        else:
            self._rectangles[name] = _with_corner(places, corner, place)
        self._held = name, corner, place
        self._show()

    def _on_release(self, event: Any) -> None:  # noqa: ANN401
        self._on_move(event)
        self._held = None

    def _on_enter(self) -> None:
        found = {name: [list(at) for at in (p[0], p[2])] for name, p in self._rectangles.items()}
        self.end({"rectangles": found})

    def _show(self) -> None:
        self._rubber.show(
            [(self._of, "rectangle", (p[0], p[2]), name) for name, p in self._rectangles.items()]
        )


def _is_within(place: Place, places: Sequence[Place]) -> bool:
    return all(
        min(at[i] for at in places) <= place[i] <= max(at[i] for at in places) for i in (0, 1)
    )


def _with_corner(places: Sequence[Place], corner: int, place: Place) -> list[Place]:
    """Give a rectangle with one corner elsewhere, and the opposite one where it was.

    Its corners keep their numbers, so that the one that is held stays held.
    """
    (x, y), (across, up) = place, places[(corner + 2) % 4]
    found = list(places)
    found[corner] = (x, y)
    found[(corner + 2) % 4] = (across, up)
    found[(corner + 1) % 4] = (across, y) if corner % 2 == 0 else (x, up)
    found[(corner + 3) % 4] = (x, up) if corner % 2 == 0 else (across, y)
    return found
