"""The step scan: one core under every scan that stops at its points."""

from planlib.stepping.hooks import Hook, Hooks, Moment
from planlib.stepping.scan import Pace, Retry, StepScan
from planlib.stepping.step_scan import step_scan

__all__ = ["Hook", "Hooks", "Moment", "Pace", "Retry", "StepScan", "step_scan"]
