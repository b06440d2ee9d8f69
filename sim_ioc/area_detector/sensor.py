"""What the sensor of the camera makes of the light: counts in pixels, with their noise."""

from collections.abc import Sequence

import numpy as np

from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.area_detector.exposure import Look
from sim_ioc.area_detector.ndarray import DATA_TYPES
from sim_ioc.area_detector.regions import Region
from sim_ioc.channel_access.fields import Array
from sim_ioc.physics.frames.expected import unit_frame
from sim_ioc.physics.frames.geometry import Geometry
from sim_ioc.physics.frames.noise import NoisePool, Readout
from sim_ioc.physics.frames.scene import Powder, Scene, Spheres


class Sensor:
    """Count photons; not for two threads at once."""

    def __init__(self, settings: AreaDetectorSettings, seed: int) -> None:
        shape = settings.rows, settings.columns
        middle = (settings.rows - 1) / 2, (settings.columns - 1) / 2
        given = settings.center_row, settings.center_column
        center = tuple(m if g is None else g for g, m in zip(given, middle, strict=True))
        self._settings = settings
        self._seed = seed
        self._geometry = Geometry(
            shape, settings.pixel, settings.sample_distance, (center[0], center[1])
        )
        self._scene = Scene(
            spheres=Spheres(radius=settings.radius),
            powder=Powder(material=settings.material),
            stop=settings.stop,
            on_stage=settings.on_stage,
        )
        self._pool: NoisePool | None = None
        self._cut: tuple[Array, Region, Array] | None = None

    def frame(self, looks: Sequence[Look], region: Region, data_type: int, gain: float) -> Array:
        """Return the counts of one exposure in a region that lies on the sensor."""
        picture, photons = self._light(looks, region)
        seconds = sum(look.seconds for look in looks)
        binned = region.rows.binning * region.columns.binning
        counts = self._noise(region.shape).draw(
            picture,
            DATA_TYPES[data_type].lower(),
            scale=photons * self._settings.detected,
            dark=self._settings.dark * seconds * binned,
        )
        return counts if gain == 1 else self._amplified(counts, gain)

    def _amplified(self, counts: Array, gain: float) -> Array:
        """Return counts times a factor, cut where the sensor or the type ends."""
        most = 2**self._settings.bits - 1
        if counts.dtype.kind in "iu":
            most = min(most, np.iinfo(counts.dtype).max)
        return np.minimum(counts * gain, most).astype(counts.dtype)

    def _light(self, looks: Sequence[Look], region: Region) -> tuple[Array, float]:
        """Return a picture, and how many photons it is for; several pictures are added to one."""
        pictures: dict[int, tuple[Array, float]] = {}
        for look in looks:
            picture = unit_frame(self._settings.image, look.on_sample, self._geometry, self._scene)
            photons = pictures.get(id(picture), (picture, 0.0))[1]
            pictures[id(picture)] = picture, photons + look.seconds * look.on_sample.transmitted
        if len(pictures) == 1:
            picture, photons = next(iter(pictures.values()))
            return self._of_region(picture, region), photons
        total = np.zeros(self._geometry.shape, np.float32)
        for picture, photons in pictures.values():
            total += picture * np.float32(photons)
        return np.ascontiguousarray(region.of(total)), 1.0

    def _of_region(self, picture: Array, region: Region) -> Array:
        """Return a region of a picture; that of the last one is kept."""
        if self._cut is None or self._cut[0] is not picture or self._cut[1] != region:
            self._cut = picture, region, np.ascontiguousarray(region.of(picture))
        return self._cut[2]

    def _noise(self, shape: tuple[int, int]) -> NoisePool:
        """Return the pool of noise for frames of `shape`, made when they are first taken."""
        if self._pool is None or self._pool.shape != shape:
            told = self._settings
            readout = Readout(told.noise, told.pedestal, 2**told.bits - 1)
            self._pool = NoisePool(shape, self._seed, readout)
        return self._pool
