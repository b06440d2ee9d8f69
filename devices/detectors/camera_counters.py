"""Counters of frames as plugins give them: which plugins, how they are wired, what they tell."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from ophyd import EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from devices import array_access
from devices.array_access import ArraySample
from devices.counters.reading import Reading, no_value, reading
from devices.data_keys import array_key, number_key
from devices.detectors.arc_counters import ArcCounters
from devices.detectors.camera_documents import FrameShape
from devices.detectors.camera_hardware import ImagePlugin, Plugin, RoiPlugin, StatsPlugin
from devices.detectors.camera_image import as_frame
from devices.detectors.camera_settings import Setting
from devices.detectors.frame_corrections import CheckedCorrections, Mask, Place
from devices.detectors.image_counters import ImageCounters
from devices.errors import InvalidTargetError

#: Gives the shape of frames, which may have to be asked.
Shape = Callable[[], FrameShape]
_STALE = "the statistics are of an earlier frame: this one did not get there"


class FrameCounters(Protocol):
    """Counters that are asked of one plugin after each point."""

    @property
    def plugins(self) -> list[Plugin]:
        """What must be connected."""
        ...

    @property
    def told(self) -> list[EpicsSignalBase]:
        """What is read after a point, besides the number of the frame."""
        ...

    @property
    def unique_id(self) -> EpicsSignalBase:
        """What tells of which frame that is."""
        ...

    @property
    def changes_counts(self) -> bool:
        """Whether it corrects frames by more than a mask."""
        ...

    def settings(self, source: str, shape: FrameShape) -> list[Setting]:
        """Check that frames of this shape can be counted in, and give what must be set."""
        ...

    def values(self, held: Sequence[ArraySample], shape: FrameShape) -> dict[str, Any]:
        """Give the value of each counter."""
        ...

    def describe(self, shape: Shape) -> dict[str, dict[str, Any]]:
        """Describe all counters."""
        ...


class StatisticsCounters:
    """The statistics plugin behind a group of counters, and the one that cuts its region."""

    def __init__(self, prefix: str, name: str, counters: ImageCounters) -> None:
        self.counters = counters
        self.stats = StatsPlugin(f"{prefix}{counters.stats}", name=f"{name}_stats")
        self.roi = (
            None
            if counters.region is None
            else RoiPlugin(f"{prefix}{counters.roi}", name=f"{name}_roi")
        )
        self.signals = {
            told: EpicsSignalRO(f"{prefix}{counters.stats}{told}", name=f"{name}_{told}")
            for told in counters.fields
        }

    @property
    def plugins(self) -> list[Plugin]:
        """Those there are."""
        return [self.stats] if self.roi is None else [self.roi, self.stats]

    @property
    def told(self) -> list[EpicsSignalBase]:
        """What the statistics plugin tells."""
        return list(self.signals.values())

    @property
    def unique_id(self) -> EpicsSignalBase:
        """Of the frame that the statistics are of."""
        return self.stats.unique_id

    @property
    def changes_counts(self) -> bool:
        """It counts frames as they come to it."""
        return False

    def settings(self, source: str, shape: FrameShape) -> list[Setting]:
        """Wire the plugins.

        Raises
        ------
        InvalidTargetError
            The region is not all in the frame.
        """
        cutting = self._cutting(source, shape)
        if cutting and self.roi is not None:
            source = array_access.fetch([self.roi.port])[0].text
        stats, counters = self.stats, self.counters
        settings: list[Setting] = [
            *cutting,
            (stats.source, source),
            (stats.enabled, 1),
            (stats.computes_statistics, 1),
        ]
        settings += [(stats.computes_light, 1)] if counters.needs_light else []
        settings += [(stats.computes_profiles, 1)] if counters.needs_profiles else []
        if counters.threshold is not None:
            settings += [(stats.threshold, counters.threshold)]
        return settings

    def _cutting(self, source: str, shape: FrameShape) -> list[Setting]:
        region, roi = self.counters.region, self.roi
        if region is None or roi is None:
            return []
        region.require_within(shape.columns, shape.rows, ", ".join(self.counters.counters))
        return [
            (roi.source, source),
            (roi.enabled, 1),
            (roi.first_column, region.x),
            (roi.first_row, region.y),
            (roi.columns, region.width),
            (roi.rows, region.height),
            (roi.column_binning, 1),
            (roi.row_binning, 1),
            (roi.cuts_columns, 1),
            (roi.cuts_rows, 1),
            (roi.scales, 0),
        ]

    def values(self, held: Sequence[ArraySample], shape: FrameShape) -> dict[str, Any]:
        """Give the value of each counter."""
        told = {name: sample.values for name, sample in zip(self.signals, held, strict=True)}
        return dict(self.counters.values(told, self.counters.size(shape.columns, shape.rows)))

    def describe(self, shape: Shape) -> dict[str, dict[str, Any]]:
        """Describe all counters; asks for the shape of frames where it has profiles."""
        size = (0, 0)
        if self.counters.needs_profiles:
            size = self.counters.size(shape().columns, shape().rows)
        described: dict[str, dict[str, Any]] = {}
        for name, statistic in self.counters.statistics.items():
            source, of = f"PV:{self.stats.prefix}{statistic.field}", self.counters.shape(name, size)
            key = array_key(source, statistic.units, of, "<f8") if of else None
            described[name] = key or number_key(source, statistic.units)
        return described


class PixelCounters:
    """The plugin that shows frames, from whose pixels arcs and corrected frames are counted."""

    def __init__(
        self, prefix: str, name: str, groups: Sequence[ImageCounters | ArcCounters]
    ) -> None:
        self.groups = list(groups)
        self.image = ImagePlugin(f"{prefix}{self.groups[0].image}", name=f"{name}_image")
        self._prepared: list[_Prepared] = []
        self._is_unsigned = False

    @property
    def plugins(self) -> list[Plugin]:
        """The one."""
        return [self.image]

    @property
    def told(self) -> list[EpicsSignalBase]:
        """The pixels."""
        return [self.image.columns, self.image.rows, self.image.pixels]

    @property
    def unique_id(self) -> EpicsSignalBase:
        """Of the frame that is shown."""
        return self.image.unique_id

    @property
    def changes_counts(self) -> bool:
        """Whether frames are corrected here by more than a mask."""
        return any(group.corrections and group.corrections.changes_counts for group in self.groups)

    def settings(self, source: str, shape: FrameShape) -> list[Setting]:
        """Wire the plugin, and find the pixels that count.

        Raises
        ------
        InvalidTargetError
            A region is not in the frame, has no good pixels, or a correction does not fit.
        TooLargeError
            Channel Access takes no frame of this size here (L8).
        """
        array_access.require_small_enough(self.image.pixels.pvname, shape.size)
        self._is_unsigned = shape.is_unsigned
        self._prepared = [_Prepared.of(group, shape) for group in self.groups]
        return [(self.image.source, source), (self.image.enabled, 1)]

    def values(self, held: Sequence[ArraySample], shape: FrameShape) -> dict[str, Any]:
        """Give the value of each counter.

        Raises
        ------
        CountError
            The frame is not all there.
        """
        del shape  # of frames before a plugin corrects them
        columns, rows, pixels = held
        size = int(rows.number), int(columns.number)
        frame = as_frame(pixels.values, size, self.image, is_unsigned=self._is_unsigned)
        found: dict[str, Any] = {}
        for prepared in self._prepared:
            found |= prepared.counted(frame)
        return found

    def describe(self, shape: Shape) -> dict[str, dict[str, Any]]:
        """Describe all counters; asks for the shape of frames where there are profiles."""
        source = f"PV:{self.image.pixels.pvname}"
        needs_shape = any(getattr(group, "needs_profiles", False) for group in self.groups)
        known = shape() if needs_shape else None
        described: dict[str, dict[str, Any]] = {}
        for group in self.groups:
            described |= group.describe(source, known)
        return described


@dataclass(frozen=True)
class _Prepared:
    """A group of counters for frames of one size."""

    group: ImageCounters | ArcCounters
    #: Where it counts, as a part of the frame; what follows is of that part.
    place: Place
    corrections: CheckedCorrections | None
    good: Mask

    @classmethod
    def of(cls, group: ImageCounters | ArcCounters, shape: FrameShape) -> "_Prepared":
        names, size = ", ".join(group.counters), (shape.rows, shape.columns)
        if isinstance(group, ArcCounters):
            mask = group.place(*size)
            place = _box_of(mask)
            good = mask[place].copy()
        else:
            place = group.place(*size)
            good = np.ones(size, np.bool_)[place].copy()
        corrections = None
        if group.corrections is not None:
            corrections = group.corrections.checked(names, *size).cut(place)
            good &= corrections.good
        if not good.any():
            message = f"{names} would count nothing: all of its pixels are bad"
            raise InvalidTargetError(message)
        return cls(group, place, corrections, good)

    def counted(self, frame: npt.NDArray[Any]) -> dict[str, Any]:
        part = frame[self.place]
        corrected = part if self.corrections is None else self.corrections.of(part)
        return dict(self.group.counted(corrected, self.good))


def _box_of(mask: Mask) -> Place:
    """Give the smallest part of a frame that has all pixels of a mask."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def frame_counters(
    prefix: str, name: str, groups: Iterable[ImageCounters | ArcCounters]
) -> list[FrameCounters]:
    """Give the plugins for groups of counters; those that are counted from one image share it."""
    found: list[FrameCounters] = []
    here: dict[str, list[ImageCounters | ArcCounters]] = {}
    for number, group in enumerate(groups, start=1):
        if isinstance(group, ArcCounters) or group.corrections is not None:
            here.setdefault(group.image, []).append(group)
        else:
            found.append(StatisticsCounters(prefix, f"{name}_{number}", group))
    shared = enumerate(here.values(), start=1)
    return [*found, *(PixelCounters(prefix, f"{name}_here_{number}", e) for number, e in shared)]


def counted(
    group: FrameCounters, held: Sequence[ArraySample], unique_id: int, shape: FrameShape
) -> tuple[dict[str, Reading], bool]:
    """Give the readings of a group, and whether they are none as they are of an earlier frame.

    Parameters
    ----------
    held
        What `unique_id` and `told` of the group hold.
    unique_id
        The number of the frame that has just been taken.
    """
    number, *told = held
    if int(number.number) != unique_id:
        described = group.describe(lambda: shape)
        stale = {key: no_value(d, number.timestamp, _STALE) for key, d in described.items()}
        return stale, True
    severity = max(sample.severity for sample in told)
    values = group.values(told, shape).items()
    return {name: reading(value, number.timestamp, severity) for name, value in values}, False
