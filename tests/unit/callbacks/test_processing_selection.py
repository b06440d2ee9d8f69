"""What is derived from the next scans is chosen once; what cannot be is refused before them."""

import pytest

from callbacks.errors import ConsumerError
from callbacks.processing_selection import ProcessingSelection
from reduction.errors import ReductionError

REGIONS = {"spot": [1, 2, 3, 4]}


def chosen():
    metadata = {"sample": "Cu"}
    process = ProcessingSelection(metadata)
    process("rois", "regions", image="camera", regions=REGIONS)
    process("smooth", "denoise", strength=5.0, names=["spot"])
    return process, metadata


def test_what_is_chosen_goes_into_the_start_document():
    process, metadata = chosen()
    assert metadata["processing"] == {
        "rois": {"kind": "regions", "image": "camera", "regions": REGIONS},
        "smooth": {"kind": "denoise", "strength": 5.0, "names": ["spot"]},
    }
    assert process.columns == ("spot", "spot_denoised")


def test_chosen_again_it_is_derived_in_another_way():
    process, metadata = chosen()
    process("smooth", "denoise", strength=7.0)
    assert metadata["processing"]["smooth"] == {"kind": "denoise", "strength": 7.0}


def test_what_is_stopped_is_derived_no_more():
    process, metadata = chosen()
    process.stop("rois")
    assert list(metadata["processing"]) == ["smooth"]
    process.stop()
    assert metadata == {"sample": "Cu"}
    assert repr(process) == "nothing is derived"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"kind": "magic"}, ConsumerError),
        ({"kind": "regions", "image": "camera", "regions": {"a": [0, 0]}}, ReductionError),
        ({"kind": "formulas", "formulas": {"a": "import os"}}, ReductionError),
    ],
    ids=["kind", "region", "formula"],
)
def test_what_cannot_be_derived_is_refused_and_nothing_is_changed(arguments, error):
    process, metadata = chosen()
    before = dict(metadata)
    with pytest.raises(error):
        process("rois", **arguments)
    assert metadata == before


def test_stopping_what_is_not_derived_is_refused_with_what_is():
    process, _ = chosen()
    with pytest.raises(ConsumerError, match="what is: rois, smooth"):
        process.stop("roi")
