"""Pictures of runs; imports matplotlib, so only processes apart from the engine import this."""

from callbacks.plot.figure import draw
from callbacks.plot.writer import PlotWriter, plot_consumer, rebuild_plot

__all__ = ["PlotWriter", "draw", "plot_consumer", "rebuild_plot"]
