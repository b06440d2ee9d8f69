"""Where the axes of a scan go, point by point: arrays, without any device. Pure."""

from planlib.trajectories.drawing import draw
from planlib.trajectories.energy_region import Region
from planlib.trajectories.energy_regions import (
    DEFAULT_REGIONS,
    regions_from_bounds,
    xafs_trajectory,
)
from planlib.trajectories.grids import grid, mesh
from planlib.trajectories.lines import line, points, together
from planlib.trajectories.spirals import fermat_spiral, spiral, square_spiral
from planlib.trajectories.step_regions import step_regions
from planlib.trajectories.trajectory import Trajectory, still

__all__ = [
    "DEFAULT_REGIONS",
    "Region",
    "Trajectory",
    "draw",
    "fermat_spiral",
    "grid",
    "line",
    "mesh",
    "points",
    "regions_from_bounds",
    "spiral",
    "square_spiral",
    "step_regions",
    "still",
    "together",
    "xafs_trajectory",
]
