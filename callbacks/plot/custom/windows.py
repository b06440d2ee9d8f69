"""Windows for the plots of scripts; used by the thread of the plot window alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from callbacks.plot.canvas import packed
from callbacks.plot.custom.asking import Asking, saved
from callbacks.plot.custom.cells import CustomFigure
from callbacks.plot.custom.drawing import draw_custom, size_of
from callbacks.plot.custom.figures import Figures
from callbacks.plot.figure import DRAWING

if TYPE_CHECKING:
    import tkinter

    from matplotlib.axes import Axes

_DPI = 100
#: Keys that go through a stack, and how far.
_STEPS = {"left": -1, "right": 1, "pagedown": -10, "pageup": 10}


class CustomWindows:
    """Show every plot of a script in a window of its own.

    A window that was closed stays so until its script shows it again.

    Parameters
    ----------
    root
        Of Tk.
    figures
        What is shown.
    """

    def __init__(self, root: "tkinter.Tk", figures: Figures) -> None:
        self._root = root
        self._figures = figures
        self._windows: dict[str, _CustomWindow] = {}

    @property
    def are_open(self) -> bool:
        """Whether one of them can be seen."""
        return any(not window.is_closed for window in self._windows.values())

    def update(self) -> None:
        """Bring all of them up to date."""
        shown = self._figures.shown()
        for name in [name for name in self._windows if name not in shown]:
            self._windows.pop(name).destroy()
        for name, figure in shown.items():
            window = self._windows.get(name)
            if window is None and not figure.cells:
                continue  # its size follows from what is in it
            if window is None or (window.is_closed and figure.shows > window.shown.shows):
                self._windows[name] = window = _CustomWindow(self._root, figure, self._figures)
            window.update(figure)

    def ask(self, asked: Mapping[str, Any]) -> None:
        """Ask the person at one of them, or save what it shows."""
        window = self._windows.get(str(asked["figure"]))
        if window is None:
            self._figures.refuse(asked, "this plot shows nothing yet: createAxis makes an axis")
        elif window.is_closed:
            self._figures.refuse(asked, "the window of this plot is closed; show() opens it again")
        elif asked["do"] == "save":
            window.update_now()
            saved(window.figure, asked, self._figures)
        else:
            window.update_now()
            window.raise_()
            window.asking.begin(asked, window.axes)

    def cancel(self, number: int) -> None:
        """Ask no more."""
        for window in self._windows.values():
            window.asking.cancel(number)


class _CustomWindow:
    """One of them."""

    def __init__(self, root: "tkinter.Tk", shown: CustomFigure, figures: Figures) -> None:
        import tkinter  # noqa: PLC0415

        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and not for who scans

        self.shown, self.is_closed = shown, False
        self.axes: list[Axes] = []
        self._figures = figures
        self._drawn: tuple[int, int] | None = None
        self._top = tkinter.Toplevel(root, class_="blueline")
        self._top.protocol("WM_DELETE_WINDOW", self._close)
        self._top.bind("<Control-w>", lambda _event: self._close())
        self._at = tkinter.IntVar(self._top, max(shown.depth // 2, 0))
        self._slider: tkinter.Scale | None = None
        with DRAWING:
            size = size_of(shown)
            self.figure: Figure = Figure(figsize=size, dpi=_DPI, layout="constrained")
            self._canvas, self._toolbar = packed(self.figure, self._top)
        self._canvas.mpl_connect("key_press_event", self._on_key)
        self.asking = Asking(self._canvas, figures)

    def update(self, shown: CustomFigure) -> None:
        """Show it as it is now, unless somebody zooms or selects."""
        self.shown = shown
        self.asking.look()
        if self.is_closed or self._toolbar.mode or self.asking.is_busy:
            return
        self.update_now()

    def update_now(self) -> None:
        """Draw it, where it has changed."""
        state = self.shown.version, int(self._at.get())
        if state == self._drawn:
            return
        is_first = self._drawn is None
        self._drawn = state
        self._top.title(f"blueline: {self.shown.title or self.shown.name}")
        self._fit_slider()
        with DRAWING:
            if is_first or not self.axes:
                self._resize()
            self.figure.clear()
            self.axes = draw_custom(self.figure, self.shown, int(self._at.get()))
            self._canvas.draw()

    def _resize(self) -> None:
        width, height = (round(_DPI * inches) for inches in size_of(self.shown))
        self._canvas.get_tk_widget().configure(width=width, height=height)

    def _fit_slider(self) -> None:
        """Have a slider where there is a stack, as long as the stack is deep."""
        import tkinter  # noqa: PLC0415

        last = self.shown.depth - 1
        if last < 1:
            return
        if self._slider is None:
            self._slider = tkinter.Scale(self._top, orient="horizontal", variable=self._at)
            self._slider.pack(side="bottom", fill="x", before=self._canvas.get_tk_widget())
            self._at.set(self.shown.depth // 2)
        self._slider.configure(from_=0, to=last)

    def _on_key(self, event: Any) -> None:  # noqa: ANN401 - of a keyboard
        last = self.shown.depth - 1
        if event.key in _STEPS and last > 0 and not self.asking.is_busy:
            self._at.set(min(max(int(self._at.get()) + _STEPS[event.key], 0), last))
            self.update_now()

    def raise_(self) -> None:
        """Bring it to the front."""
        self._top.deiconify()
        self._top.lift()

    def _close(self) -> None:
        self.asking.give_up()
        self.is_closed = True
        self.axes = []
        self._figures.say({"closed": self.shown.name})
        self._top.destroy()

    def destroy(self) -> None:
        """Close it, as its script does."""
        if not self.is_closed:
            self._close()
