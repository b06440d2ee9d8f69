"""How many photons per second each pixel of an area detector expects.

The picture is worked out for one photon at the sample and kept, as long as nothing changes but the
flux; then a frame costs one multiplication per pixel, or none, see `unit_frame`. A new energy (for
"saxs" and "powder") or place of the beam costs a new picture: `benchmarks/detector_frames.py` tells
how long that takes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.frames import powder, saxs
from sim_ioc.physics.frames.direct import direct_frame
from sim_ioc.physics.frames.geometry import Floats, Geometry, radii
from sim_ioc.physics.frames.radial import scattered_frame
from sim_ioc.physics.frames.scene import Kind, Scene
from sim_ioc.physics.rates import OnSample

Frame = NDArray[np.float32]

DEFAULT_SCENE = Scene()
#: Pictures kept at a time: 16 MB each for 2048 × 2048 pixels.
_KEPT = 4
#: What counts as a change: of the energy in eV, and of places and widths in pixels.
_ENERGY_STEP = 0.01
_PIXEL_STEP = 1 / 64


@dataclass(frozen=True, slots=True)
class _Beam:
    """Say what of the beam a picture depends on: eV, and mm on the detector."""

    energy: float
    width: float
    height: float
    right: float
    up: float


def unit_frame(
    kind: Kind, on_sample: OnSample, geometry: Geometry, scene: Scene = DEFAULT_SCENE
) -> Frame:
    """Return the part of the photons at the sample that each pixel gets; shared and read-only.

    A camera needs no other frame: ``pool.draw(unit_frame(…), scale=on_sample.flux * seconds)``.
    Without energy nothing is scattered: zeros.
    """
    if on_sample.energy <= 0:
        return _dark(geometry.shape)
    return _picture(kind, _seen(kind, on_sample, geometry, scene), geometry, scene)


def expected_frame(
    kind: Kind, on_sample: OnSample, geometry: Geometry, scene: Scene = DEFAULT_SCENE
) -> Frame:
    """Return photons per second in each pixel, an array of the caller's own, without dark counts.

    Raises
    ------
    PhysicsError
        If the scene holds what cannot be: an unknown material, a radius or width not above 0.
    """
    if on_sample.flux <= 0:
        return np.zeros(geometry.shape, dtype=np.float32)
    return unit_frame(kind, on_sample, geometry, scene) * np.float32(on_sample.flux)


def _seen(kind: Kind, on_sample: OnSample, geometry: Geometry, scene: Scene) -> _Beam:
    """Return the beam as the detector sees it, rounded to what makes a difference.

    On the stage the beam moves against it: a stage further to the right sees it further left.
    """
    right, up = on_sample.offset_x, on_sample.offset_y
    if kind == "direct" and scene.on_stage:
        right, up = -on_sample.x, -on_sample.y
    step = geometry.pixel * _PIXEL_STEP
    places = (on_sample.width, on_sample.height, right, up)
    energy = 0.0 if kind == "direct" else round(on_sample.energy / _ENERGY_STEP) * _ENERGY_STEP
    return _Beam(energy, *(round(place / step) * step for place in places))


@lru_cache(maxsize=1)
def _dark(shape: tuple[int, int]) -> Frame:
    frame = np.zeros(shape, dtype=np.float32)
    frame.flags.writeable = False
    return frame


@lru_cache(maxsize=_KEPT)
def _picture(kind: Kind, beam: _Beam, geometry: Geometry, scene: Scene) -> Frame:
    """Return a picture of one photon: the direct beam, or what is scattered past the beam stop."""
    moved = geometry.shifted(beam.right, beam.up)
    frame = direct_frame(moved, beam.width, beam.height)
    if kind != "direct":
        scattering = _scattering(kind, beam, geometry, scene)
        frame += scattered_frame(scattering, moved, scene.polarization)
        _cover(frame, geometry, scene.stop)
    frame.flags.writeable = False
    return frame


def _scattering(
    kind: Kind, beam: _Beam, geometry: Geometry, scene: Scene
) -> Callable[[Floats], Floats]:
    """Return the sample's share of photons per steradian as a function of the angle."""
    if kind == "saxs":
        return partial(saxs.scattering, energy=beam.energy, spheres=scene.spheres)
    return partial(
        powder.scattering,
        energy=beam.energy,
        powder=scene.powder,
        geometry=geometry,
        beam=math.hypot(beam.width, beam.height) / math.sqrt(2),
    )


def _cover(frame: Frame, geometry: Geometry, stop: float) -> None:
    """Darken what stands behind a beam stop of radius `stop` mm; its rim cuts pixels in part."""
    if stop <= 0:
        return
    reach = int(stop / geometry.pixel) + 2
    lows = [max(0, int(place) - reach) for place in geometry.center]
    highs = [max(0, int(place) + reach + 1) for place in geometry.center]
    window = tuple(slice(low, high) for low, high in zip(lows, highs, strict=True))
    rows, columns = frame[window].shape
    row, column = geometry.center
    if rows and columns:
        center = (row - lows[0], column - lows[1])
        distance = radii(replace(geometry, shape=(rows, columns), center=center))
        seen = np.clip((distance - stop) / geometry.pixel + 0.5, 0, 1)
        frame[window] *= seen.astype(np.float32)
