"""Scans in SPEC's and BLISS's grammar: intervals, a count time, the first mesh axis fastest.

The number that is typed is the number of intervals: there is one point more (SC-01).
"""

from planlib.spec.absolute import a2scan, a3scan, a4scan, a5scan, anscan, ascan
from planlib.spec.counting import ct
from planlib.spec.lists import lookupscan, pointscan
from planlib.spec.meshes import a3mesh, amesh, anmesh, dmesh, mesh
from planlib.spec.relative import d2scan, d3scan, d4scan, d5scan, dnscan, dscan, lineup, lup
from planlib.spec.times import loopscan, sct, timescan

__all__ = [
    "a2scan",
    "a3mesh",
    "a3scan",
    "a4scan",
    "a5scan",
    "amesh",
    "anmesh",
    "anscan",
    "ascan",
    "ct",
    "d2scan",
    "d3scan",
    "d4scan",
    "d5scan",
    "dmesh",
    "dnscan",
    "dscan",
    "lineup",
    "lookupscan",
    "loopscan",
    "lup",
    "mesh",
    "pointscan",
    "sct",
    "timescan",
]
