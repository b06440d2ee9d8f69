"""Where the axes of a scan go, point by point: arrays, without any device. Pure."""

from planlib.trajectories.energy_regions import Region, xafs_trajectory
from planlib.trajectories.grids import grid
from planlib.trajectories.lines import line, points
from planlib.trajectories.trajectory import Trajectory, still

__all__ = ["Region", "Trajectory", "grid", "line", "points", "still", "xafs_trajectory"]
