"""How hooks fail, what their policies do, and what is done all the same."""

import pytest

from planlib.stepping import Hooks, PointPreset, ScanPreset, StepScan, step_scan
from planlib.stepping.hooks import HookError
from planlib.trajectories import still
from tests.unit.planlib.stepping.logged_hooks import HookTroubleError, all_hooks, three_points

#: What is written at each moment, and whether the scan has got a run by then.
WRITTEN = (
    *("scan prepare", "chain prepare", "pre_scan", "scan start", "chain start"),
    *("point prepare", "pre_point", "pre_operation", "point start", "operation"),
    *("post_operation", "post_point", "point stop", "at_break", "chain before_stop"),
    *("post_scan", "chain stop", "scan stop"),
)
BEFORE_RUN = WRITTEN[:2]
#: Events that are out when a hook fails for the first time at its second call, or its only one.
EVENTS = dict.fromkeys(WRITTEN[:5], 0) | dict.fromkeys(WRITTEN[5:11], 1)
EVENTS |= dict.fromkeys(WRITTEN[11:14], 2) | dict.fromkeys(WRITTEN[14:], 3)


def failing_late(log, word):
    """Fail at the second call of what is called at each point."""
    number = 2 if WRITTEN.index(word) in range(5, 14) else 1
    return lambda written: written == word and log.count(word) >= number


@pytest.mark.parametrize("word", WRITTEN)
def test_hook_that_fails_aborts_the_scan(either_engine, log, emitted, logged_x, logged_det, word):
    """PS-94: the stop document says why, and the clean-up is done."""
    hooks = all_hooks(log, failing_late(log, word))
    with pytest.raises(HookError, match=f"failed: HookTroubleError: no {word}") as caught:
        either_engine(three_points(logged_x, logged_det, hooks=hooks))
    assert isinstance(caught.value.__cause__, HookTroubleError)
    stop = emitted[-1][1] if emitted else None
    assert (stop is None) is (word in BEFORE_RUN)
    if stop is not None:
        assert stop["exit_status"] == "fail"
        assert f"failed: HookTroubleError: no {word}" in stop["reason"]
        assert stop["num_events"].get("primary", 0) == EVENTS[word]
        assert log.count("post_scan") == 1
    assert (log.count("chain stop"), log.count("scan stop")) == (1, 1)
    assert log.count("point start") == log.count("point stop")
    assert ("chain before_stop" in log) is (WRITTEN.index(word) >= 14)
    assert not either_engine._staged
    assert log.count("x staged") == log.count("x unstaged")


@pytest.mark.parametrize("word", WRITTEN)
def test_hook_that_warns_lets_the_scan_go_on(  # noqa: PLR0917 - fixtures
    either_engine, log, emitted, listening, logged_x, logged_det, word
):
    hooks = all_hooks(log, failing_late(log, word), "warn")
    either_engine(three_points(logged_x, logged_det, hooks=hooks))
    stop = emitted[-1][1]
    assert (stop["exit_status"], stop["num_events"]["primary"]) == ("success", 3)
    assert len(listening.told) == (2 if WRITTEN.index(word) in range(5, 14) else 1)
    assert f"failed: HookTroubleError: no {word}" in listening.told[0]
    assert listening.told[0].endswith("; the scan goes on")


@pytest.mark.parametrize("word", WRITTEN)
def test_hook_that_is_ignored_says_nothing(  # noqa: PLR0917 - fixtures
    either_engine, log, emitted, listening, logged_x, logged_det, word
):
    hooks = all_hooks(log, failing_late(log, word), "ignore")
    either_engine(three_points(logged_x, logged_det, hooks=hooks))
    stop = emitted[-1][1]
    assert (stop["exit_status"], stop["num_events"]["primary"]) == ("success", 3)
    assert listening.told == []


def test_first_error_wins_and_all_of_the_clean_up_is_done(
    either_engine, log, emitted, logged_x, logged_det
):
    """Acquisition 3.13: the others stand in the reason as well."""
    bad = {"operation", "post_scan", "chain stop"}
    with pytest.raises(HookError, match="no operation"):
        either_engine(
            three_points(logged_x, logged_det, hooks=all_hooks(log, lambda word: word in bad))
        )
    reason = emitted[-1][1]["reason"]
    assert [f"no {word}" in reason for word in ("operation", "post_scan", "chain stop")] == [
        True
    ] * 3
    assert log.count("scan stop") == 1


@pytest.mark.parametrize("moment", ["pre_scan", "at_break", "post_scan"])
def test_text_that_a_hook_returns_stops_the_scan(
    either_engine, emitted, logged_x, logged_det, moment
):
    """ES-08, ES-18: StepScan's way to say that something is wrong."""
    hooks = Hooks(**{moment: lambda: "there is no beam"})
    with pytest.raises(HookError, match="stops the scan: there is no beam"):
        either_engine(three_points(logged_x, logged_det, hooks=hooks))
    assert "there is no beam" in emitted[-1][1]["reason"]


@pytest.mark.parametrize("answer", [None, "", 0, 3, ["text"]])
def test_nothing_but_a_text_stops_the_scan(either_engine, emitted, logged_det, answer):
    hooks = Hooks(pre_scan=lambda: answer)
    either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    assert emitted[-1][1]["exit_status"] == "success"


def test_text_at_another_moment_means_nothing(either_engine, emitted, logged_det):
    hooks = Hooks(operation=lambda: "the name of a file")
    either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    assert emitted[-1][1]["exit_status"] == "success"


def test_preset_that_fails_to_stop_keeps_no_other_from_it(either_engine, logged_det):
    stopped = []

    class Bad(ScanPreset):
        def stop(self):
            raise HookTroubleError("stuck")

    class Good(PointPreset):
        def start(self):
            raise HookTroubleError("dark")

        def stop(self):
            stopped.append("good")

    hooks = Hooks(presets=[Bad(), Good()])
    with pytest.raises(HookError, match="dark"):
        either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    assert stopped == ["good"]
