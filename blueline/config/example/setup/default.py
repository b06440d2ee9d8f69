"""Runs when the devices are there: what it defines can be typed at the prompt.

Its names are those of the prompt: RE, session, the devices and the plans.
"""
# checkers do not know what a session gives
# ruff: noqa: F821
# pyright: reportUndefinedVariable=false

from typing import Any

import planlib


def across_beam(width: float = 2.0, points: int = 21) -> Any:  # noqa: ANN401 - a plan
    """Scan the sample across the beam around where it is: ``RE(across_beam())``."""
    return planlib.dscan(x, -width / 2, width / 2, points - 1, 0.1)
