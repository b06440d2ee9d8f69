"""What part of its sensor a camera reads, and how its frames are turned (BL-126)."""

from collections.abc import Callable, Mapping
from typing import Any

from devices import array_access
from devices.detectors import camera_settings
from devices.detectors.camera_hardware import SensorFields
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_turning import DEGREES
from devices.detectors.image_counters import PixelRegion
from devices.errors import InvalidTargetError

#: ReverseX and ReverseY by what people see.
FLIPS: Mapping[str, tuple[int, int]] = {
    "none": (0, 0),
    "left-right": (1, 0),
    "up-down": (0, 1),
    "both": (1, 1),
}
#: What is set together, one group after the other.
_ORDER = (("BinX", "BinY"), ("SizeX", "SizeY"), ("MinX", "MinY", "ReverseX", "ReverseY"))
_WORDS = ("region", "binning", "flip", "rotation")
_CONNECTION_DEADLINE = 10.0


class CameraGeometry:
    """Read and set region, binning, flip and rotation of a camera, each by its word.

    Where they act in this order: the sensor is cut, pixels are added, and rows and columns turned
    around by the camera; the frame is then turned clockwise by a plugin, before anything is
    corrected, counted or saved. Regions of counters are in pixels of that last frame.

    Examples
    --------
    >>> camera.geometry.set(region=PixelRegion(0, 0, 256, 256), binning=2)  # doctest: +SKIP
    >>> camera.geometry.set(region=None, binning=1, flip="none", rotation=0)  # doctest: +SKIP
    """

    def __init__(self, prefix: str, name: str, rig: CameraRig, prepare: Callable[[], None]) -> None:
        self._prefix = prefix
        self._name = name
        self._rig = rig
        self._prepare = prepare
        self._fields: SensorFields | None = None

    @property
    def is_known(self) -> bool:
        """Whether somebody has asked for it, and its channels are there: drivers may lack some."""
        return self._fields is not None and self._fields.connected

    def get(self) -> dict[str, Any]:
        """Ask for all of them; `region` is that of the sensor, None where it is read as a whole."""
        found = self._held()
        part = PixelRegion(*(found[word] for word in ("MinX", "MinY", "SizeX", "SizeY")))
        is_whole = part == self._whole(found)
        flip = found["ReverseX"], found["ReverseY"]
        return {
            "region": None if is_whole else part,
            "binning": (found["BinX"], found["BinY"]),
            "flip": next(word for word, way in FLIPS.items() if way == flip),
            "rotation": self._rig.turning.degrees,
        }

    def set(self, **asked: Any) -> None:  # noqa: ANN401 - see the words
        """Set some of them; not in a run, whose frames are described.

        Parameters
        ----------
        asked
            `region`, a `PixelRegion` of the sensor or None for all of it; `binning`, a number or
            one for columns and one for rows; `flip`, "none", "left-right", "up-down" or "both";
            `rotation`, 0, 90, 180 or 270 degrees clockwise.

        Raises
        ------
        InvalidTargetError
            A word is not known, or a value not allowed; nothing was set.
        CountError
            A file is open.
        RefusedError
            The camera has it otherwise.
        """
        unknown = [word for word in asked if word not in _WORDS]
        if unknown:
            message = f"{self._name} has no {unknown[0]!r} to set: it has {', '.join(_WORDS)}"
            raise InvalidTargetError(message)
        held = self._held()
        region = self._checked_region(asked.get("region"), held)
        binning = self._checked_binning(asked.get("binning", 1), region)
        flip = self._chosen("flip", asked.get("flip", "none"), FLIPS)
        degrees = self._chosen(
            "rotation", asked.get("rotation", 0), {each: each for each in DEGREES}
        )
        self._prepare()
        if "rotation" in asked:
            self._rig.turning.turn(degrees)
        wanted: dict[str, float] = {}
        if "region" in asked:
            wanted |= {"SizeX": region.width, "SizeY": region.height}
            wanted |= {"MinX": region.x, "MinY": region.y}
        if "binning" in asked:
            wanted |= dict(zip(("BinX", "BinY"), binning, strict=True))
        if "flip" in asked:
            wanted |= dict(zip(("ReverseX", "ReverseY"), flip, strict=True))
        self._apply(wanted)

    def info(self) -> str:
        """Give a line for people."""
        found = self.get()
        region = "whole sensor" if found["region"] is None else str(found["region"])
        columns, rows = found["binning"]
        return f"{region}, {columns} x {rows} binned, flip {found['flip']}, {found['rotation']}°"

    def destroy(self) -> None:
        """Give up the channels, where there are any."""
        if self._fields is not None:
            self._fields.give_up()

    # --- the camera

    def _sensor(self) -> SensorFields:
        if self._fields is None:
            self._fields = SensorFields(f"{self._prefix}cam1:", name=f"{self._name}_sensor")
        self._fields.wait_for_connection(timeout=_CONNECTION_DEADLINE)
        return self._fields

    def _held(self) -> dict[str, int]:
        channels = self._sensor().by_field()
        held = array_access.fetch(list(channels.values()))
        return {field: int(each.number) for field, each in zip(channels, held, strict=True)}

    def _apply(self, wanted: Mapping[str, float]) -> None:
        """Set what is wanted; a first row or column of 0 first, so that every size fits."""
        if not wanted:
            return
        channels = self._sensor().by_field()
        if "MinX" in wanted:
            camera_settings.apply([(channels["MinX"], 0), (channels["MinY"], 0)])
        for group in _ORDER:
            chosen = [word for word in group if word in wanted]
            camera_settings.apply([(channels[word], wanted[word]) for word in chosen])

    # --- checks

    def _whole(self, held: Mapping[str, int]) -> PixelRegion:
        return PixelRegion(0, 0, held["MaxSizeX"], held["MaxSizeY"])

    def _checked_region(self, region: object, held: Mapping[str, int]) -> PixelRegion:
        whole = self._whole(held)
        if region is None:
            return whole
        if not isinstance(region, PixelRegion):
            message = (
                f"the region of {self._name} is a PixelRegion such as PixelRegion(0, 0, 256, 256), "
                f"or None for the whole sensor, not {region!r}"
            )
            raise InvalidTargetError(message)
        if region.x + region.width > whole.width or region.y + region.height > whole.height:
            message = (
                f"the region of {self._name} is {region}, and its sensor has {whole.width} columns "
                f"and {whole.height} rows"
            )
            raise InvalidTargetError(message)
        return region

    def _checked_binning(self, binning: object, region: PixelRegion) -> tuple[int, int]:
        pair: Any = binning if isinstance(binning, tuple | list) else (binning, binning)
        most = region.width, region.height
        if len(pair) != len(most) or not all(map(_is_binning, pair, most)):
            message = (
                f"the binning of {self._name} is a whole number from 1 on, or one for columns and "
                f"one for rows, not {binning!r}"
            )
            raise InvalidTargetError(message)
        return pair[0], pair[1]

    def _chosen(self, word: str, value: object, known: Mapping[Any, Any]) -> Any:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in known:
            message = f"{word} of {self._name} is {' or '.join(map(repr, known))}, not {value!r}"
            raise InvalidTargetError(message)
        return known[value]


def _is_binning(pixels: object, most: int) -> bool:
    return isinstance(pixels, int) and not isinstance(pixels, bool) and 1 <= pixels <= most
