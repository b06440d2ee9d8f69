"""Counting until there is enough, behind as much attenuation as is needed."""

from planlib.counting.attenuate import attenuate
from planlib.counting.attenuation import SafeRates
from planlib.counting.bounds import Bounds
from planlib.counting.count_until import Counted, count_until
from planlib.counting.rates import counting_time, rate, workflow_time

__all__ = [
    "Bounds",
    "Counted",
    "SafeRates",
    "attenuate",
    "count_until",
    "counting_time",
    "rate",
    "workflow_time",
]
