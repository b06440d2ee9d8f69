"""Counting until there is enough, behind as much attenuation as is needed."""

from planlib.counting.attenuation import SafeRates
from planlib.counting.bounds import Bounds

__all__ = ["Bounds", "SafeRates"]
