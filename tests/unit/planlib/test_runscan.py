import numpy as np
import pytest

from planlib.errors import PlanError
from planlib.runscan import runscan


def column(documents, name):
    return [doc["data"][name] for kind, doc in documents if kind == "event"]


def test_the_number_is_of_points(engine, documents, x, detector):
    """GT-61."""
    engine(runscan(x, 0, 5, 11, "time", 0.5, detector))
    assert column(documents, "x") == np.linspace(0, 5, 11).tolist()
    assert [policy.seconds for policy in detector.policies] == [0.5]


def test_the_preset_may_be_counts_of_the_monitor(engine, x, detector):
    engine(runscan(x, 0, 5, 2, "count", 1000, detector))
    assert [policy.counts for policy in detector.policies] == [1000]


@pytest.mark.parametrize(
    "bad",
    [(0, 5, 1), (0, 5, 2.0), (0, 5, 3, "counts"), (0, 5, 3, "time", -1), (0, np.nan, 3)],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(x, detector, bad):
    with pytest.raises(PlanError):
        next(runscan(x, *bad))
