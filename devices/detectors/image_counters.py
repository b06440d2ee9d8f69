"""What is counted in frames: sums of regions, and where the beam is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from devices.data_keys import array_key, number_key
from devices.detectors.arc_counters import ArcCounters
from devices.detectors.camera_documents import FrameShape
from devices.detectors.frame_corrections import FrameCorrections
from devices.detectors.frame_statistics import THRESHOLD, WORDS, Value, statistics_of
from devices.errors import CountError, InvalidTargetError
from reduction.errors import ReductionError
from reduction.gaussian import FWHM_PER_SIGMA
from reduction.regions import Region


@dataclass(frozen=True)
class Statistic:
    """One number, or one for each column or row, that the statistics plugin tells of a frame.

    Parameters
    ----------
    field
        Process variable of the plugin.
    units
        Of the value.
    factor
        What the plugin tells is multiplied by it.
    axis
        ``"x"`` or ``"y"`` for a place, which is told within the region.
    of_light
        It is a moment of the light above the threshold: without any light it is no number.
    profile
        ``"x"`` for one number for each column, the mean of its pixels; ``"y"`` for each row.
    """

    field: str
    units: str
    factor: float = 1.0
    axis: str = ""
    of_light: bool = False
    profile: str = ""


#: By the word that people use; those of the light are Gaussian widths, whatever its shape.
STATISTICS: Mapping[str, Statistic] = {
    "sum": Statistic("Total_RBV", "counts"),
    "mean": Statistic("MeanValue_RBV", "counts"),
    "min": Statistic("MinValue_RBV", "counts"),
    "max": Statistic("MaxValue_RBV", "counts"),
    "sigma": Statistic("Sigma_RBV", "counts"),
    "net": Statistic("Net_RBV", "counts"),
    "intensity": Statistic("CentroidTotal_RBV", "counts"),
    "x": Statistic("CentroidX_RBV", "pixels", axis="x", of_light=True),
    "y": Statistic("CentroidY_RBV", "pixels", axis="y", of_light=True),
    "fwhm_x": Statistic("SigmaX_RBV", "pixels", FWHM_PER_SIGMA, of_light=True),
    "fwhm_y": Statistic("SigmaY_RBV", "pixels", FWHM_PER_SIGMA, of_light=True),
    "profile_x": Statistic("ProfileAverageX_RBV", "counts", profile="x"),
    "profile_y": Statistic("ProfileAverageY_RBV", "counts", profile="y"),
}
_LIGHT = "intensity"


class PixelRegion(Region):
    """A rectangle of pixels: first column `x` and row `y`, counted from 0, and its size.

    Raises
    ------
    InvalidTargetError
        It begins before 0, has no pixel, or is told in fractions.

    Examples
    --------
    >>> print(PixelRegion(x=200, y=150, width=112, height=64))
    columns 200 to 311, rows 150 to 213
    """

    def __post_init__(self) -> None:
        """Refuse what is no rectangle."""
        try:
            super().__post_init__()
        except ReductionError as error:
            raise InvalidTargetError(str(error)) from error

    def require_within(self, columns: int, rows: int, name: str) -> None:
        """Refuse a region that is not all in the frame: its sum would be that of another one.

        Raises
        ------
        InvalidTargetError
            It is not.
        """
        if self.x + self.width > columns or self.y + self.height > rows:
            message = (
                f"the region of {name} is {self}, and frames have {columns} columns and {rows} rows"
            )
            raise InvalidTargetError(message)

    def __str__(self) -> str:
        """Say it as ranges."""
        last_x, last_y = self.x + self.width - 1, self.y + self.height - 1
        return f"columns {self.x} to {last_x}, rows {self.y} to {last_y}"


@dataclass(frozen=True)
class ImageCounters:
    """Counters that one statistics plugin gives, of all the frame or of a region.

    Parameters
    ----------
    counters
        What is counted, by the name of its column: ``sum mean min max sigma net`` of the pixels, or
        ``x y fwhm_x fwhm_y intensity`` of the light above `threshold`. Places are in pixels of the
        whole frame, also where there is a region. ``profile_x`` has the sum of each column and
        ``profile_y`` that of each row, as arrays.
    region
        None for all of the frame.
    threshold
        Least pixel that counts as light; None leaves what the plugin has.
    stats, roi
        The plugins, as they stand behind the prefix.
    corrections
        Bad pixels, background and flat field; where None is given those of the camera. What is
        corrected here is counted here, from the pixels that the plugin `image` shows: all but
        ``net``. Without a `threshold` it is 1 then.

    Examples
    --------
    >>> ImageCounters({"spot": "sum", "spot_x": "x"}).needs_light
    True
    """

    counters: Mapping[str, str]
    region: PixelRegion | None = None
    threshold: float | None = None
    stats: str = "Stats1:"
    roi: str = "ROI1:"
    image: str = "image1:"
    corrections: FrameCorrections | None = None
    statistics: Mapping[str, Statistic] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse statistics that there are not."""
        unknown = [word for word in self.counters.values() if word not in STATISTICS]
        if unknown or not self.counters:
            message = (
                f"counters of frames are {', '.join(STATISTICS)}, not "
                f"{', '.join(map(repr, unknown)) or 'none at all'}"
            )
            raise InvalidTargetError(message)
        self._require_counted_here()
        known = {name: STATISTICS[word] for name, word in self.counters.items()}
        object.__setattr__(self, "statistics", known)

    def _require_counted_here(self) -> None:
        other = [word for word in self.counters.values() if word not in WORDS]
        if self.corrections is not None and other:
            message = (
                f"{other[0]} is counted by a plugin only, which knows no corrections: counters of "
                f"corrected frames are {', '.join(WORDS)}"
            )
            raise InvalidTargetError(message)

    @property
    def needs_light(self) -> bool:
        """Whether moments must be computed."""
        return any(s.of_light or s is STATISTICS[_LIGHT] for s in self.statistics.values())

    @property
    def needs_profiles(self) -> bool:
        """Whether profiles must be computed."""
        return any(s.profile for s in self.statistics.values())

    @property
    def numbers(self) -> list[str]:
        """Counters that are one number each."""
        return [name for name, s in self.statistics.items() if not s.profile]

    def size(self, columns: int, rows: int) -> tuple[int, int]:
        """Give columns and rows of what is counted in, of a frame of so many."""
        return (columns, rows) if self.region is None else (self.region.width, self.region.height)

    def shape(self, name: str, size: tuple[int, int]) -> list[int]:
        """Give the shape of the values of a counter; `size` are columns and rows."""
        profile = self.statistics[name].profile
        return [size[profile == "y"]] if profile else []

    def place(self, rows: int, columns: int) -> tuple[slice, slice]:
        """Give rows and columns that are counted in.

        Raises
        ------
        InvalidTargetError
            The region is not all in the frame.
        """
        region = self.region or PixelRegion(0, 0, columns, rows)
        region.require_within(columns, rows, ", ".join(self.counters))
        return slice(region.y, region.y + region.height), slice(region.x, region.x + region.width)

    def counted(self, frame: npt.NDArray[Any], good: npt.NDArray[np.bool_]) -> dict[str, Value]:
        """Give the value of each counter from the good pixels of the region."""
        threshold = THRESHOLD if self.threshold is None else self.threshold
        found = statistics_of(self.counters, frame, good, threshold)
        origins = {name: self._origin(s.axis) for name, s in self.statistics.items() if s.axis}
        return found | {name: found[name] + origin for name, origin in origins.items()}

    def describe(self, source: str, shape: FrameShape | None) -> dict[str, dict[str, Any]]:
        """Describe all counters; profiles are as long as frames of a shape make them."""
        size = (0, 0) if shape is None else self.size(shape.columns, shape.rows)
        described: dict[str, dict[str, Any]] = {}
        for name, statistic in self.statistics.items():
            length = self.shape(name, size)
            key = array_key(source, statistic.units, length, "<f8") if length else None
            described[name] = key or number_key(source, statistic.units)
        return described

    def values(
        self, told: Mapping[str, npt.ArrayLike], size: tuple[int, int]
    ) -> dict[str, float | npt.NDArray[np.float64]]:
        """Give the value of each counter from what the plugin tells, by its field.

        Parameters
        ----------
        size
            Columns and rows of what is counted in.

        Raises
        ------
        CountError
            A profile has another length.
        """
        return {
            name: self._profile(name, told, size) if s.profile else self._value(s, told)
            for name, s in self.statistics.items()
        }

    def _profile(
        self, name: str, told: Mapping[str, npt.ArrayLike], size: tuple[int, int]
    ) -> npt.NDArray[np.float64]:
        """Give sums from means, of which the plugin has one for each column or row."""
        statistic = self.statistics[name]
        (length,), across = self.shape(name, size), size[statistic.profile == "x"]
        means = np.asarray(told[statistic.field])
        if means.size < length:
            message = f"{name} has {means.size} values, and its region has {length} pixels"
            raise CountError(message)
        return means[:length].astype(np.float64) * across

    def _value(self, statistic: Statistic, told: Mapping[str, npt.ArrayLike]) -> float:
        light = STATISTICS[_LIGHT].field
        if statistic.of_light and not _number(told[light]) > 0:
            return math.nan
        return _number(told[statistic.field]) * statistic.factor + self._origin(statistic.axis)

    def _origin(self, axis: str) -> int:
        return 0 if self.region is None or not axis else getattr(self.region, axis)

    @property
    def fields(self) -> list[str]:
        """What must be read of the plugin."""
        light = [STATISTICS[_LIGHT].field] if self.needs_light else []
        return list(dict.fromkeys([s.field for s in self.statistics.values()] + light))


def _number(values: npt.ArrayLike) -> float:
    return float(np.ravel(values)[0])


#: What a camera may count: by its statistics plugins, and on arcs.
CounterGroups = Mapping[str, str] | Sequence[ImageCounters | ArcCounters]


def checked_counters(
    name: str, counters: CounterGroups, corrections: FrameCorrections | None = None
) -> list[ImageCounters | ArcCounters]:
    """Give the groups of counters of a camera; a mapping is one group of the whole frame.

    Parameters
    ----------
    corrections
        Of all groups that have none of their own.

    Raises
    ------
    InvalidTargetError
        Two groups use one plugin, or two counters have one name.
    """
    given = (
        ([ImageCounters(counters)] if counters else [])
        if isinstance(counters, Mapping)
        else counters
    )
    groups = [
        replace(group, corrections=corrections) if group.corrections is None else group
        for group in given
    ]
    of_plugins = [
        group for group in groups if isinstance(group, ImageCounters) and group.corrections is None
    ]
    used = [group.stats for group in of_plugins]
    used += [group.roi for group in of_plugins if group.region is not None]
    names = [counter for group in groups for counter in group.counters]
    for what, found in (("plugin", used), ("name", names)):
        twice = sorted({each for each in found if found.count(each) > 1})
        if twice:
            message = f"two groups of counters of {name} have the {what} {twice[0]!r}"
            raise InvalidTargetError(message)
    return groups
