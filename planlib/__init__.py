"""Plans: what to do, as messages to bluesky's RunEngine, checked before anything moves."""

from planlib.errors import NoSessionError, PlanError
from planlib.regions import Region
from planlib.spec import ascan, ct, dscan, mesh
from planlib.step import StepScan, step_scan
from planlib.trajectory import Trajectory
from planlib.xafs import edge_energy, xafs

__all__ = [
    "NoSessionError",
    "PlanError",
    "Region",
    "StepScan",
    "Trajectory",
    "ascan",
    "ct",
    "dscan",
    "edge_energy",
    "mesh",
    "step_scan",
    "xafs",
]
