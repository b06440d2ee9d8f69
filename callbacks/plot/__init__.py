"""Pictures of runs, in files, in a window and as text; matplotlib is imported when one is drawn."""

from callbacks.plot.figure import draw
from callbacks.plot.writer import PlotWriter, plot_consumer, rebuild_plot

__all__ = ["PlotWriter", "draw", "plot_consumer", "rebuild_plot"]
