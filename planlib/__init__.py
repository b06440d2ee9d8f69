"""Plans: what to do, as messages to bluesky's RunEngine, checked before anything moves."""

from planlib.errors import NoSessionError, PlanError
from planlib.spec import ascan, ct, dscan, mesh
from planlib.stepping import StepScan, step_scan
from planlib.trajectories import Region, Trajectory
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
