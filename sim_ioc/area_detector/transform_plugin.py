"""The plugin that turns and mirrors frames: NDPluginTransform.

Words and their order are those of NDTransform.template of https://github.com/areaDetector/ADCore:
turns are clockwise; Mirror exchanges left and right, and comes after the turn.
"""

from collections.abc import Callable, Mapping

import numpy as np

from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.channel_access.fields import Array, menu, table

TRANSFORMS: Mapping[str, Callable[[Array], Array]] = {
    "None": lambda data: data,
    "Rot90": lambda data: np.rot90(data, -1),
    "Rot180": lambda data: np.rot90(data, 2),
    "Rot270": lambda data: np.rot90(data, 1),
    "Mirror": lambda data: data[:, ::-1],
    "Rot90Mirror": lambda data: np.rot90(data, -1)[:, ::-1],
    "Rot180Mirror": lambda data: np.rot90(data, 2)[:, ::-1],
    "Rot270Mirror": lambda data: np.rot90(data, 1)[:, ::-1],
}
_WORDS = tuple(TRANSFORMS)
TRANSFORM_FIELDS = PLUGIN_FIELDS | table((menu("Type", "How frames are turned", _WORDS),))


class TransformPlugin(Plugin):
    """Pass on each frame, turned."""

    PLUGIN_TYPE = "NDPluginTransform"

    def __init__(self, prefix: str, pipeline: Pipeline, name: str, source: str) -> None:
        super().__init__(prefix, TRANSFORM_FIELDS, pipeline, name, source)

    async def process(self, array: NDArray) -> None:
        """Turn it."""
        turned = TRANSFORMS[_WORDS[int(self.number("Type"))]]
        made = np.ascontiguousarray(turned(array.data))
        await self.show_output(made)
        await self.pass_on(array.with_data(made))
