"""The image plugin: the pixels of the last frame, row by row."""

import numpy as np

from tests.unit.sim_ioc.area_detector.logged_detector import frame, run


def test_pixels_are_shown_row_by_row_in_32_bits():
    async def scenario(bench):
        await bench.ports["image1"].handle(frame(np.array([[1, 2], [3, 60000]], np.uint16)))

    shown = run(scenario).value("image1", "ArrayData")
    assert shown.dtype == np.int32
    assert shown.tolist() == [1, 2, 3, 60000]
