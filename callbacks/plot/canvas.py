"""Where a figure is drawn in a window, with the buttons to zoom and to save it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter

    from matplotlib.backends._backend_tk import NavigationToolbar2Tk
    from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg
    from matplotlib.figure import Figure


def packed(
    figure: "Figure", window: "tkinter.Misc"
) -> "tuple[FigureCanvasTkAgg, NavigationToolbar2Tk]":
    """Have a figure fill a window, above its buttons."""
    from matplotlib.backends._backend_tk import NavigationToolbar2Tk  # noqa: PLC0415
    from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg  # noqa: PLC0415

    canvas = FigureCanvasTkAgg(figure, master=window)
    toolbar = NavigationToolbar2Tk(canvas, window)
    canvas.get_tk_widget().pack(side="top", fill="both", expand=True)
    return canvas, toolbar
