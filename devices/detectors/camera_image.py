"""A look at what a camera sees, over Channel Access."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from devices import array_access, channel_access
from devices.detectors import camera_settings
from devices.detectors.camera_hardware import ImagePlugin
from devices.errors import CountError
from devices.status import DeadlineStatus

if TYPE_CHECKING:
    from devices.detectors.camera_rig import CameraRig


class ImageView:
    """The plugin that shows a frame in a process variable; connected when it is first needed."""

    def __init__(
        self, prefix: str, name: str, rig: "CameraRig", expose: Callable[[], DeadlineStatus]
    ) -> None:
        self._prefix = prefix
        self._name = name
        self._rig = rig
        self._driver = rig.driver
        self._expose = expose
        self._plugin: ImagePlugin | None = None

    def take(self) -> npt.NDArray[Any]:
        """Expose one frame, and give it, rows first; see `Camera.image`."""
        self.show()
        exposing = self._expose()
        exposing.wait(exposing.deadline + array_access.READ_DEADLINE)
        return self.shown()

    def show(self) -> ImagePlugin:
        """Have the plugin show frames from now on."""
        if self._plugin is None:
            self._plugin = ImagePlugin(self._prefix, name=f"{self._name}_image")
        plugin = self._plugin
        plugin.wait_for_connection(timeout=array_access.READ_DEADLINE)
        camera_settings.apply(
            [(plugin.source, self._rig.port(corrected=False)), (plugin.enabled, 1)]
        )
        return plugin

    def shown(self) -> npt.NDArray[Any]:
        """Give the frame that it shows now."""
        plugin = self.show()
        signals = [plugin.columns, plugin.rows, plugin.pixels, self._driver.pixel_type]
        columns, rows, pixels, pixel_type = array_access.fetch(signals)
        size = int(rows.number), int(columns.number)
        is_unsigned = camera_settings.word(self._driver.pixel_type, pixel_type).startswith("U")
        return as_frame(pixels.values, size, plugin, is_unsigned=is_unsigned)

    def destroy(self) -> None:
        """Give up the channels, where there are any."""
        if self._plugin is not None:
            channel_access.retire(walk.item for walk in self._plugin.walk_signals())
            self._plugin.destroy()


def as_frame(
    pixels: npt.NDArray[Any], size: tuple[int, int], plugin: ImagePlugin, *, is_unsigned: bool
) -> npt.NDArray[Any]:
    """Give pixels that a plugin shows as a frame, rows first.

    Parameters
    ----------
    size
        Rows and columns.

    Raises
    ------
    CountError
        There are not as many.
    """
    rows, columns = size
    if not 0 < rows * columns <= pixels.size:
        message = (
            f"{plugin.pixels.pvname} has {pixels.size} elements, and frames have {rows} rows and "
            f"{columns} columns: it is too small, or the frame was lost"
        )
        raise CountError(message)
    shown = pixels[: rows * columns].reshape(size)
    # Channel Access has no unsigned numbers: they arrive as signed ones of the same size
    is_signed = shown.dtype.kind == "i"
    return shown.view(np.dtype(f"u{shown.dtype.itemsize}")) if is_unsigned and is_signed else shown
