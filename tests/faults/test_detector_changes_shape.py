"""H14: a detector whose readings change their shape or their kind in the middle of a run."""

import bluesky.plans as bp
import numpy as np
import pytest
from ophyd import Signal

from blueline.engine import Engine
from planlib.context import NoSession


@pytest.fixture(params=[True, False], ids=["quick", "unhurried"])
def session_engine(request, engines):
    return engines(Engine(NoSession(), quick=request.param))


@pytest.fixture
def emitted(session_engine):
    documents = []
    session_engine.subscribe(lambda name, doc: documents.append((name, doc)))
    return documents


class Fickle(Signal):
    """A soft detector whose values are given one by one."""

    def __init__(self, *values):
        super().__init__(name="fickle", value=values[0])
        self._values = iter(values)

    def trigger(self):
        self.put(next(self._values))
        return super().trigger()


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (1.5, np.zeros(3), "fickle was described as a number .* gives an array of 3 values"),
        (np.zeros(3), 1.5, "fickle was described as an array of 3 values .* gives a number"),
        (np.zeros(3), np.zeros(4), "an array of 3 values .* an array of 4 values"),
        (np.zeros((2, 3)), np.zeros((3, 2)), "an array of 2 x 3 values .* of 3 x 2 values"),
        (1.5, "overload", "fickle was described as a number .* gives a text"),
        ("closed", 0, "fickle was described as a text .* gives a number"),
    ],
    ids=["array", "scalar", "longer", "turned", "text", "number"],
)
def test_the_run_fails_and_the_point_is_not_recorded(
    session_engine, emitted, before, after, sentence
):
    with pytest.raises(Exception, match=sentence):
        session_engine(bp.count([Fickle(before, before, after, before)], 4))
    names = [name for name, _ in emitted]
    assert names == ["start", "descriptor", "event", "event", "stop"]
    assert emitted[-1][1]["exit_status"] == "fail"
    assert "fickle was described as" in emitted[-1][1]["reason"]


def test_nan_and_whole_numbers_are_numbers(session_engine, emitted):
    session_engine(bp.count([Fickle(1.5, float("nan"), 3, True, np.float32(2))], 5))
    assert emitted[-1][1]["exit_status"] == "success"
    assert emitted[-1][1]["num_events"] == {"primary": 5}
