"""Draw the regions of a camera into its picture, and write them back to it (BL-126)."""

import contextlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from blueline.shell.plotting import plotter_of
from callbacks.plot.custom.shapes import Place
from devices.detectors.image_counters import ImageCounters, PixelRegion

if TYPE_CHECKING:
    from blueline.shell.desk import Desk
    from callbacks.plot.plotter import Plotter
    from devices.detectors.camera import Camera
    from devices.detectors.camera_counters import StatisticsCounters

log = logging.getLogger(__name__)


def edit_roi_counters(desk: "Desk", camera: object) -> None:
    """Move the regions that a camera counts in, in a picture of it, and write them to the camera.

    Drag a rectangle or its corner; Enter takes them all, Esc leaves them as they are. They hold
    until the session ends: the declaration of the camera is not changed.

    Examples
    --------
    >>> edit_roi_counters(camera)  # doctest: +SKIP
    """
    found = _camera(desk, camera)
    groups = {", ".join(each.counters.counters): each for each in _with_region(found)}
    if not groups:
        message = (
            f"{found.name} counts in no rectangle; declare one, "
            "ImageCounters({'part': 'sum'}, region=PixelRegion(200, 200, 112, 112))"
        )
        raise BluelineError(message)
    with _pictured(desk, found) as (frame, plotter):
        edited = plotter.edit_rectangles(
            {name: _corners(_region_of(group)) for name, group in groups.items()}
        )
    rows, columns = frame.shape
    regions = {name: region_of(places, columns, rows) for name, places in edited.items()}
    write_regions(found, {name: groups[name] for name in regions}, regions)
    desk.show("\n".join(f"{name}: {region}" for name, region in regions.items()))


def edit_region(desk: "Desk", camera: object) -> None:
    """Select the part of its sensor that a camera reads, in a picture of all of it.

    Examples
    --------
    >>> edit_region(camera)  # doctest: +SKIP
    """
    found = _camera(desk, camera)
    held = found.geometry.get()
    plain = {"region": None, "binning": (1, 1), "flip": "none", "rotation": 0}
    others = {word: held[word] for word in plain if word != "region" and held[word] != plain[word]}
    if others:
        message = (
            f"{found.name} is shown as it is saved, and not as its sensor: undo "
            f"{' and '.join(others)} first, {found.name}.geometry.set(binning=1, flip='none', "
            "rotation=0)"
        )
        raise BluelineError(message)
    try:
        found.geometry.set(region=None)
        with _pictured(desk, found) as (frame, plotter):
            shape = plotter.select_shape("rectangle")
        region = region_of(shape.points, frame.shape[1], frame.shape[0])
        found.geometry.set(region=region)
    except BaseException:  # Ctrl-C too: it reads what it read
        found.geometry.set(region=held["region"])
        raise
    desk.show(f"{found.name} reads {region}")


def region_of(places: tuple[Place, ...], columns: int, rows: int) -> PixelRegion:
    """Give the whole pixels between two corners, as far as they are in the frame.

    Examples
    --------
    >>> region_of(((-3.2, 1.6), (4.4, 9.2)), columns=100, rows=8)
    PixelRegion(x=0, y=2, width=5, height=6)
    """
    (left, right), (low, high) = (
        sorted(min(max(round(at[i]), 0), most - 1) for at in places)
        for i, most in ((0, columns), (1, rows))
    )
    return PixelRegion(left, low, right - left + 1, high - low + 1)


def _camera(desk: "Desk", wanted: object) -> "Camera":
    from devices.detectors.camera import Camera

    device = desk.session.devices.get(wanted) if isinstance(wanted, str) else wanted
    if not isinstance(device, Camera):
        cameras = [n for n, each in desk.session.devices.items() if isinstance(each, Camera)]
        message = f"{wanted!r:.60} is no camera; there are {', '.join(cameras) or 'none'}"
        raise BluelineError(message)
    desk.require_idle("regions of a camera")
    desk.require_unlocked([device])
    desk.require_connected([device])
    return device


def _with_region(camera: "Camera") -> "list[StatisticsCounters]":
    from devices.detectors.camera_counters import StatisticsCounters

    groups = (each for each in camera.rig.groups if isinstance(each, StatisticsCounters))
    return [each for each in groups if each.counters.region is not None]


def _region_of(group: "StatisticsCounters") -> PixelRegion:
    assert group.counters.region is not None  # noqa: S101 - chosen for it
    return group.counters.region


def _corners(region: PixelRegion) -> tuple[Place, Place]:
    return (
        (float(region.x), float(region.y)),
        (float(region.x + region.width - 1), float(region.y + region.height - 1)),
    )


@contextlib.contextmanager
def _pictured(desk: "Desk", camera: "Camera") -> "Iterator[tuple[Any, Plotter]]":
    """Expose a frame that is saved nowhere, and show it for a while."""
    frame = camera.image()
    with plotter_of(desk, f"{camera.name} regions") as plotter:
        axis = plotter.createAxis(label=camera.name, kind="image")
        plotter.show_values(frame, axis=axis)
        yield frame, plotter


def write_regions(
    camera: "Camera",
    groups: "Mapping[str, StatisticsCounters]",
    regions: Mapping[str, PixelRegion],
) -> None:
    """Have the camera count in other regions; where it refuses one, in those of before."""
    before = {name: group.counters for name, group in groups.items()}
    try:
        for name, group in groups.items():
            _put(camera, group, replace(before[name], region=regions[name]))
        _wire(camera)
    except BaseException:  # Ctrl-C too
        for name, group in groups.items():
            _put(camera, group, before[name])
        try:
            _wire(camera)
        except Exception:  # the first error is told; the next scan wires its camera again
            log.exception("%s may count in other regions than it says", camera.name)
        raise


def _wire(camera: "Camera") -> None:
    camera.rig.wire(corrected=camera.rig.is_corrected(), name=camera.name)


def _put(camera: "Camera", group: "StatisticsCounters", counters: ImageCounters) -> None:
    camera.image_counters = [
        counters if each is group.counters else each for each in camera.image_counters
    ]
    group.counters = counters
