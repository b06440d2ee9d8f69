"""A camera that shows what it sees, frame after frame, until it is told to stop (BL-126)."""

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from devices import array_access, channel_access
from devices.detectors import camera_settings
from devices.detectors.camera_image import ImageView
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_triggers import index_of
from devices.errors import InvalidTargetError
from devices.finite import is_finite

#: Index of the word of ImageMode.
_CONTINUOUS = 2


class LiveView:
    """Have a camera expose without end, for viewers of its ``image1:``; nothing is saved.

    A run that begins ends it.

    Examples
    --------
    >>> camera.live.start(0.1)  # doctest: +SKIP
    >>> camera.live.stop()  # doctest: +SKIP
    """

    def __init__(
        self, name: str, rig: CameraRig, view: ImageView, prepare: Callable[[], None]
    ) -> None:
        self._name = name
        self._rig = rig
        self._view = view
        self._prepare = prepare

    @property
    def is_on(self) -> bool:
        """Whether it exposes without end; asked now."""
        driver = self._rig.driver
        acquires, mode = array_access.fetch([driver.acquire, driver.image_mode])
        return bool(acquires.number) and int(mode.number) == _CONTINUOUS

    def start(self, seconds: float = 0.1) -> None:
        """Begin, with exposures of so many seconds.

        Raises
        ------
        InvalidTargetError
            That is no number above 0.
        CountError
            A run goes on: its file would get the frames.
        """
        if not (is_finite(seconds) and seconds > 0):
            message = f"{self._name} shows exposures of a number of s above 0, not {seconds!r}"
            raise InvalidTargetError(message)
        self._prepare()
        driver = self._rig.driver
        self._rig.pass_frames_on()
        self._view.show()
        offered = camera_settings.words(driver.trigger_mode)
        internal = index_of(self._name, "internal", offered)
        camera_settings.apply(
            [
                (driver.image_mode, _CONTINUOUS),
                (driver.trigger_mode, internal),
                (driver.exposures, 1),
                (driver.exposure, seconds),
            ]
        )
        channel_access.put(driver.acquire, 1)
        what = f"the live view of {self._name}"
        camera_settings.wait_for([driver.acquire], lambda held: bool(held[0].number), what)

    def stop(self) -> None:
        """End it; without effect where it is off."""
        if self.is_on:
            self._rig.halt()

    def image(self) -> npt.NDArray[Any]:
        """Give the frame that is shown now, rows first."""
        return self._view.shown()
