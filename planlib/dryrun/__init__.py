"""What a plan will do, told before it does anything: checks, points, seconds, bytes."""

from planlib.dryrun.announce import accounted, announced
from planlib.dryrun.check import check
from planlib.dryrun.forecast import Forecast, forecast
from planlib.dryrun.report import AxisRow, Report, Split

__all__ = [
    "AxisRow",
    "Forecast",
    "Report",
    "Split",
    "accounted",
    "announced",
    "check",
    "forecast",
]
