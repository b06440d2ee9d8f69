import math

import numpy as np
import pytest
from ophyd.utils import LimitError

from planlib.agents import AdaptiveSteps, adaptive, agent_scan
from planlib.dryrun import check
from planlib.errors import PlanError


class Listed:
    """Asks for the positions of a list, and keeps what it is told."""

    def __init__(self, *positions):
        self.positions = list(positions)
        self.told = []

    def ask(self):
        return self.positions.pop(0) if self.positions else None

    def tell(self, position, values):
        self.told.append((position, values["det"]))


def column(documents, name):
    return [doc["data"][name] for kind, doc in documents if kind == "event"]


def test_the_scan_goes_where_the_agent_asks_until_it_asks_no_more(engine, documents, x, detector):
    agent = Listed(0, 3, 1)
    engine(agent_scan([x], agent, 10, None, detector))
    assert column(documents, "x") == [0, 3, 1]
    assert [position for position, _ in agent.told] == [0, 3, 1]
    assert [value for _, value in agent.told] == column(documents, "det")


def test_the_scan_ends_after_the_most_points(engine, documents, x, detector):
    engine(agent_scan([x], Listed(*range(50)), 4, None, detector))
    assert column(documents, "x") == [0, 1, 2, 3]


def test_several_axes_are_asked_for_together(engine, documents, x, y, detector):
    agent = Listed((0, 5), (1, 6))
    engine(agent_scan([x, y], agent, 10, None, detector))
    assert (column(documents, "x"), column(documents, "y")) == ([0, 1], [5, 6])
    assert [position for position, _ in agent.told] == [(0, 5), (1, 6)]


def test_a_first_position_out_of_reach_is_refused_before_anything_moves(
    engine, documents, x, detector
):
    with pytest.raises(LimitError, match="x cannot go to 200"):
        engine(agent_scan([x], Listed(200), 10, None, detector))
    assert (x.targets, documents) == ([], [])


class Unlike(Listed):
    """Cannot be copied, as what holds a socket."""

    def __deepcopy__(self, memo):
        raise TypeError("cannot copy a socket")


@pytest.mark.parametrize("kind", [Listed, Unlike])
def test_an_agent_is_as_it_was_after_a_rehearsal(engine, documents, x, detector, kind):
    agent = kind(0, 3, 1)
    assert check(agent_scan([x], agent, 10, None, detector)).ok
    assert (agent.positions, agent.told) == ([0, 3, 1], [])
    engine(agent_scan([x], agent, 10, None, detector))
    assert column(documents, "x") == [0, 3, 1]


def test_a_rehearsal_finds_a_first_position_out_of_reach(x, detector):
    (problem,) = check(agent_scan([x], Listed(200), 10, None, detector)).problems
    assert "x cannot go to 200" in problem


def test_a_later_position_out_of_reach_fails_the_run_and_is_not_gone_to(
    engine, documents, x, detector
):
    with pytest.raises(LimitError, match="x cannot go to 200"):
        engine(agent_scan([x], Listed(0, 200), 10, None, detector))
    assert 200 not in x.targets
    assert documents[-1][1]["exit_status"] == "fail"


@pytest.mark.parametrize(
    "agent",
    [Listed(), Listed(math.nan), Listed("a"), Listed((1, 2))],
    ids=["none", "nan", "text", "two"],
)
def test_what_is_no_position_is_refused(engine, documents, x, detector, agent):
    with pytest.raises(PlanError):
        engine(agent_scan([x], agent, 10, None, detector))
    assert (x.targets, documents) == ([], [])


def test_until_ends_it_as_well(engine, documents, x, detector):
    engine(agent_scan([x], Listed(0, 1, 2, 3), 10, None, detector, until="x > 0.5"))
    assert column(documents, "x") == [0, 1]


def test_adaptive_steps_are_small_where_the_signal_changes(engine, documents, x, detector):
    engine(adaptive(x, -5, 5, 0.05, 1.0, 50, "det", None, detector, most_points=500))
    at, counts = np.array(column(documents, "x")), np.array(column(documents, "det"))
    steps = np.diff(at)
    assert (at[0], at[-1]) == (-5, 5)
    assert steps.min() >= 0.05 - 1e-9
    assert steps.max() <= 1.0 + 1e-9
    assert steps[np.abs(at[:-1]) < 1.5].mean() < steps[np.abs(at[:-1]) > 3.5].mean() / 3
    assert len(at) < 200 / 2
    assert counts.max() == pytest.approx(1000, rel=0.02)


def test_adaptive_steps_go_down_as_well(engine, documents, x, detector):
    engine(adaptive(x, 1, 0, 0.25, 0.25, 50, "det", None, detector))
    assert column(documents, "x") == [1, 0.75, 0.5, 0.25, 0]


def test_a_step_that_changes_too_much_is_taken_back():
    agent = AdaptiveSteps(0, 10, 0.1, 2.0, 10, "I", back=2)
    visited = []
    while (position := agent.ask()) is not None and len(visited) < 300:
        visited.append(position)
        agent.tell(position, {"I": 0 if position < 5 else 1000})
    assert any(np.diff(visited) < 0)
    assert min(abs(position - 5) for position in visited) <= 0.1


@pytest.mark.parametrize(
    "bad", [(0, 1, 0, 1, 1), (0, 1, 2, 1, 1), (0, 1, 0.1, 1, 0), (math.nan, 1, 0.1, 1, 1)], ids=str
)
def test_adaptive_steps_that_cannot_be_meant_are_refused(bad):
    with pytest.raises(PlanError):
        AdaptiveSteps(*bad, "I")


def test_a_signal_that_is_not_measured_is_told_with_those_that_are(engine, x, detector):
    with pytest.raises(PlanError, match=r"nothing measured is called I0; there are .*det"):
        engine(adaptive(x, 0, 1, 0.1, 0.5, 50, "I0", None, detector))


@pytest.mark.parametrize("axes", ["x", [], None], ids=["text", "empty", "none"])
def test_axes_that_are_no_list_are_refused_in_a_sentence(detector, axes):
    with pytest.raises(PlanError, match="given as a list"):
        next(agent_scan(axes, Listed(0), 10, None, detector))


def test_one_axis_without_a_list_is_refused_in_a_sentence(x, detector):
    with pytest.raises(PlanError, match="given as a list"):
        next(agent_scan(x, Listed(0), 10, None, detector))


@pytest.mark.parametrize("agent", [Listed, 5, None], ids=["class", "number", "none"])
def test_what_is_no_agent_is_refused_in_a_sentence(x, detector, agent):
    with pytest.raises(PlanError, match="an agent is an object with ask"):
        next(agent_scan([x], agent, 10, None, detector))


def test_adaptive_steps_beyond_a_limit_are_refused_before_anything_moves(x, detector):
    with pytest.raises(LimitError, match="x cannot go to 200"):
        next(adaptive(x, 0, 200, 0.1, 0.5, 50, "det", None, detector))


def test_a_column_that_is_not_measured_is_refused_before_anything_moves(
    engine, documents, x, detector
):
    with pytest.raises(PlanError, match="nothing measured is called I0"):
        engine(adaptive(x, 0, 1, 0.1, 0.5, 50, "I0", None, detector))
    assert documents == []
