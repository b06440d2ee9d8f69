"""Frames that are turned and mirrored."""

import numpy as np
import pytest

from sim_ioc.area_detector.transform_plugin import TRANSFORMS
from tests.unit.sim_ioc.area_detector.logged_detector import frame, run

DATA = [[1, 2, 3], [4, 5, 6]]
TURNED = {
    "None": DATA,
    "Rot90": [[4, 1], [5, 2], [6, 3]],
    "Rot180": [[6, 5, 4], [3, 2, 1]],
    "Rot270": [[3, 6], [2, 5], [1, 4]],
    "Mirror": [[3, 2, 1], [6, 5, 4]],
    "Rot90Mirror": [[1, 4], [2, 5], [3, 6]],
    "Rot180Mirror": [[4, 5, 6], [1, 2, 3]],
    "Rot270Mirror": [[6, 3], [5, 2], [4, 1]],
}


@pytest.mark.parametrize("word", TRANSFORMS)
def test_frames_are_turned_as_the_word_says(word):
    async def scenario(bench):
        await bench.put("Trans1", EnableCallbacks="Enable", Type=word)
        await bench.put("image1", NDArrayPort="TRANS1", EnableCallbacks="Enable")
        await bench.ports["Trans1"].handle(frame(np.array(DATA, "uint16")))
        await bench.detector.pipeline.until_empty()

    bench = run(scenario)
    assert bench.value("image1", "ArrayData").tolist() == np.ravel(TURNED[word]).tolist()
    rows, columns = np.shape(TURNED[word])
    sizes = bench.value("Trans1", "ArraySizeX_RBV"), bench.value("Trans1", "ArraySizeY_RBV")
    assert sizes == (columns, rows)
