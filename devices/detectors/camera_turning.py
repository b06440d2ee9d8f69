"""The plugin that turns frames: connected when they are first to be turned (BL-126)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from devices.detectors.camera_documents import FrameShape
from devices.detectors.camera_hardware import TransformPlugin
from devices.detectors.camera_settings import Setting, words

#: Degrees clockwise, and the word of NDPluginTransform for them.
DEGREES: Mapping[int, str] = {0: "None", 90: "Rot90", 180: "Rot180", 270: "Rot270"}
_CONNECTION_DEADLINE = 10.0


class Turning:
    """How the frames of a camera are turned before plugins get them."""

    def __init__(self, prefix: str, name: str, plugin: str = "Trans1:") -> None:
        self.degrees = 0
        self._prefix = f"{prefix}{plugin}"
        self._name = name
        self._plugin: TransformPlugin | None = None

    @property
    def plugin(self) -> TransformPlugin | None:
        """What frames come from that are turned; None where they are as the camera gives them."""
        return self._plugin if self.degrees else None

    def turn(self, degrees: int) -> None:
        """Have frames turned from now on, and the plugin connected."""
        if degrees and self._plugin is None:
            self._plugin = TransformPlugin(self._prefix, name=f"{self._name}_transform")
        if degrees and self._plugin is not None:
            self._plugin.wait_for_connection(timeout=_CONNECTION_DEADLINE)
        self.degrees = degrees

    def settings(self, source: str) -> Iterator[Setting]:
        """Give what must be set for that; nothing where frames are not turned."""
        plugin = self.plugin
        if plugin is not None:
            yield plugin.source, source
            yield plugin.enabled, 1
            yield plugin.way, words(plugin.way).index(DEGREES[self.degrees])

    def turned(self, shape: FrameShape) -> FrameShape:
        """Give the shape of frames that have this one before."""
        if self.degrees % 180 == 0:
            return shape
        return replace(shape, rows=shape.columns, columns=shape.rows)
