"""The step scan: one core under every scan that stops at its points."""

from planlib.stepping.hooks import Hook, HookError, Hooks, Moment
from planlib.stepping.presets import ChainPreset, PointPreset, ScanPreset
from planlib.stepping.scan import Pace, Retry, StepScan
from planlib.stepping.step_scan import step_scan

__all__ = [
    "ChainPreset",
    "Hook",
    "HookError",
    "Hooks",
    "Moment",
    "Pace",
    "PointPreset",
    "Retry",
    "ScanPreset",
    "StepScan",
    "step_scan",
]
