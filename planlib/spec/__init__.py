"""Scans in SPEC's and BLISS's grammar: intervals, a count time, the first mesh axis fastest."""

from planlib.spec.scans import ascan, ct, dscan, mesh

__all__ = ["ascan", "ct", "dscan", "mesh"]
