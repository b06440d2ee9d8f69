"""What the person at a window is asked for by a script, one thing at a time."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callbacks.plot.custom.figures import Figures
from callbacks.plot.custom.selecting import Editing, Selecting
from callbacks.plot.figure import DRAWING

if TYPE_CHECKING:
    import tkinter

    from matplotlib.axes import Axes
    from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg
    from matplotlib.figure import Figure

_BACKGROUND = "#d9f2d9"
CLOSED = "the window of the plot was closed"


class Asking:
    """Ask in one window: a line above the plot says what is to be done.

    Parameters
    ----------
    canvas
        Of the plot.
    figures
        Takes the answers.
    """

    def __init__(self, canvas: "FigureCanvasTkAgg", figures: Figures) -> None:
        self._canvas = canvas
        self._figures = figures
        self._now: tuple[Mapping[str, Any], Selecting | Editing] | None = None
        self._line: tkinter.Label | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is asked, and the plot is to stay as it is."""
        return self._now is not None

    def begin(self, asked: Mapping[str, Any], axes: "Sequence[Axes]") -> None:
        """Ask for shapes in these axes, or for those that are there to be moved."""
        if self._now is not None:
            self._figures.refuse(asked, "another selection goes on in this window")
            return
        if not axes:
            self._figures.refuse(asked, "this plot shows nothing yet, so nothing can be selected")
            return
        self._say("")  # makes room before what lies behind the shapes is taken

        def answer(found: dict[str, Any]) -> None:
            self._figures.answer(asked, **found)

        if asked["do"] == "edit":
            listens = Editing(self._canvas, axes, answer, asked["rectangles"])
        else:
            is_open = bool(asked.get("is_open"))
            listens = Selecting(self._canvas, axes, answer, asked["kinds"], is_open=is_open)
        self._now = asked, listens
        self._canvas.get_tk_widget().focus_force()
        self.look()

    def look(self) -> None:
        """Bring the line above up to date, and forget what has ended."""
        if self._now is None:
            return
        if self._now[1].has_ended:
            self._now = None
            if self._line is not None:
                self._line.destroy()
                self._line = None
        else:
            self._say(self._now[1].prompt)

    def cancel(self, number: int) -> None:
        """Ask no more, where this is what is asked: nobody waits for the answer."""
        if self._now is not None and self._now[0]["number"] == number:
            self._now[1].end(None)
            self.look()

    def give_up(self, problem: str = CLOSED) -> None:
        """Answer with a sentence why there is nothing."""
        if self._now is not None:
            self._now[1].end({"problem": problem})
            self.look()

    def _say(self, text: str) -> None:
        import tkinter  # noqa: PLC0415

        widget = self._canvas.get_tk_widget()
        if self._line is None:
            self._line = tkinter.Label(widget.master, anchor="w")
            self._line.pack(side="top", fill="x", before=widget)
            widget.update_idletasks()
        if self._line.cget("text") != text:
            self._line.configure(text=text, background=_BACKGROUND)


def saved(figure: "Figure", asked: Mapping[str, Any], figures: Figures) -> None:
    """Write what a window shows into the file that is asked for, and answer."""
    path = Path(str(asked["path"]))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with DRAWING:
            figure.savefig(path, format="png")
    except OSError as error:
        figures.refuse(asked, f"{path} cannot be written: {error.strerror or error}")
    else:
        figures.answer(asked, path=str(path))
