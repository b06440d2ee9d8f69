import pytest
from ophyd.utils import LimitError

from planlib import ascan
from planlib.errors import PlanError
from planlib.sequences import at_each, sequence


def starts(documents):
    return [doc for name, doc in documents if name == "start"]


def test_runs_of_a_sequence_carry_one_group_and_their_place_in_it(
    engine, documents, x, y, detector
):
    """BL-92."""
    engine(
        sequence(ascan(x, 0, 1, 1, 0.1, detector), ascan(y, 0, 1, 1, 0.1, detector), title="two")
    )
    groups = [start["scan_group"] for start in starts(documents)]
    assert [(g["index"], g["number"], g["title"]) for g in groups] == [(0, 2, "two"), (1, 2, "two")]
    assert groups[0]["uid"] == groups[1]["uid"]


def test_what_is_wrong_with_the_last_plan_is_known_before_the_first_runs(engine, x, y, detector):
    good, bad = ascan(x, 0, 1, 1, 0.1, detector), ascan(y, 0, 200, 1, 0.1, detector)
    with pytest.raises(LimitError, match="y cannot go to 200"):
        engine(sequence(good, bad))
    assert x.targets == []


@pytest.mark.parametrize(
    "bad", [(), (ascan,), ("ascan x",), (3,)], ids=["none", "not called", "text", "number"]
)
def test_what_is_no_plan_is_refused_in_one_sentence(bad):
    """U6."""
    with pytest.raises(PlanError, match=r"plan") as refusal:
        next(sequence(*bad))
    assert "\n" not in str(refusal.value)


def test_a_plan_is_run_at_each_place(engine, documents, x, y, detector):
    engine(at_each(y, [5, 7], lambda: ascan(x, 0, 1, 1, 0.1, detector)))
    assert y.targets == [5, 7]
    assert [start["scan_group"]["position"] for start in starts(documents)] == [5, 7]
    assert x.targets == [0, 1, 0, 1]


def test_a_place_out_of_reach_is_refused_before_anything_moves(x, y, detector):
    plan = at_each(y, [5, 200], lambda: ascan(x, 0, 1, 1, 0.1, detector))
    with pytest.raises(LimitError, match="y cannot go to 200"):
        next(plan)


def test_a_plan_that_cannot_run_is_refused_before_the_axis_moves(engine, x, y, detector):
    plan = at_each(y, [5], lambda: ascan(x, 0, 1, 0, 0.1, detector))
    with pytest.raises(PlanError, match="whole number"):
        engine(plan)
    assert y.targets == []


@pytest.mark.parametrize(
    ("places", "plan"),
    [([], lambda: None), (5, lambda: None), ("ab", lambda: None), ([1], 3)],
    ids=["no place", "no list", "text", "no function"],
)
def test_places_and_a_function_are_asked_for(y, places, plan):
    with pytest.raises(PlanError):
        next(at_each(y, places, plan))


def test_an_error_of_a_plan_reaches_its_own_clean_up(engine, x, detector):
    """A plan that has been begun is driven like any other."""
    handled = []

    def careful():
        try:
            yield from ascan(x, 0, 1, 1, 0.1, detector)
            raise RuntimeError("in the middle")
        except RuntimeError:
            handled.append(True)
            return "mended"

    results = []

    def outer():
        results.extend((yield from sequence(careful())))

    engine(outer())
    assert handled == [True]
    assert results == ["mended"]
