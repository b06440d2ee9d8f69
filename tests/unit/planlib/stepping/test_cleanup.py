import pytest
from bluesky.preprocessors import stage_wrapper
from bluesky.utils import FailedStatus, Msg, RequestStop, RunEngineInterrupted
from ophyd.status import Status

from planlib.stepping.cleanup import cleaned_up, recorded, staged
from tests.unit.planlib.stepping.logged_devices import Late


@pytest.fixture
def told():
    return []


@pytest.fixture
def done():
    return []


@pytest.fixture
def step(done):
    """A step of a clean-up that leaves its name behind, and fails where it is told to."""

    def make(name, error=None):
        def go(_):
            yield Msg("null")
            done.append(name)
            if error is not None:
                raise error

        return go

    return make


def failing(error):
    yield Msg("null")
    raise error


def test_steps_run_from_the_last_to_the_first(engine, step, done, told):
    engine(cleaned_up(iter_messages(), step("first"), step("last"), tell=told.append))
    assert done == ["last", "first"]


def iter_messages():
    yield Msg("null")


def test_who_is_told_to_stop_while_cleaning_up_has_not_failed_for_that(engine, step, told):
    plan = cleaned_up(failing(KeyError("x")), step("a", RequestStop()), tell=told.append)
    with pytest.raises(KeyError):
        engine(plan)
    assert told == ["besides, it was told to stop while it cleaned up"]


def test_steps_run_though_what_was_begun_cannot_be_dropped(engine, step, done, told):
    async def full(_):
        raise OSError("the disk is full")

    engine.register_command("drop", full)
    plan = cleaned_up(failing(KeyError("x")), step("a"), tell=told.append)
    with pytest.raises(KeyError):
        engine(plan)
    assert done == ["a"]
    assert told == ["besides, cleaning up failed: the disk is full"]


def test_the_first_error_is_raised_and_names_the_others(engine, step, done, told):
    """U10."""
    plan = cleaned_up(
        failing(KeyError("the plan")), step("a"), step("b", OSError("the lamp")), tell=told.append
    )
    with pytest.raises(KeyError, match="the plan") as caught:
        engine(plan)
    assert caught.value.__notes__ == ["besides, cleaning up failed: the lamp"]
    assert told == caught.value.__notes__
    assert done == ["b", "a"]


def test_the_reason_of_the_run_names_the_error_and_that_of_the_clean_up(
    engine, documents, step, told
):
    """U10."""
    inside = cleaned_up(failing(KeyError("plan")), step("a", OSError("lamp")), tell=told.append)
    with pytest.raises(KeyError):
        engine(recorded(inside, {}))
    ((_, stop),) = [pair for pair in documents if pair[0] == "stop"]
    assert stop["exit_status"] == "fail"
    assert stop["reason"] == "'plan'; besides, cleaning up failed: lamp"


def test_an_error_of_the_clean_up_alone_is_raised(engine, step, told):
    with pytest.raises(OSError, match="lamp"):
        engine(cleaned_up(iter_messages(), step("a", OSError("lamp")), tell=told.append))


def test_a_stopped_run_is_cleaned_up_and_counts_as_success(engine, documents, step, done, told):
    def plan():
        yield Msg("checkpoint")
        yield Msg("pause")

    with pytest.raises(RunEngineInterrupted):
        engine(recorded(cleaned_up(plan(), step("a"), tell=told.append), {}))
    engine.stop()
    assert done == ["a"]
    assert documents[-1][1]["exit_status"] == "success"


def test_a_halt_is_not_cleaned_up(engine, step, done, told):
    def plan():
        yield Msg("checkpoint")
        yield Msg("pause")

    with pytest.raises(RunEngineInterrupted):
        engine(cleaned_up(plan(), step("a"), tell=told.append))
    engine.halt()
    assert done == []


def test_a_device_that_fails_late_ends_no_step(engine, done, told, x):
    """The engine throws its failure into whatever the plan does at that moment."""
    late = Status()

    def step(_):
        if not late.done:
            late.set_exception(RuntimeError("the motor"))
        yield Msg("sleep", None, 0.1)
        yield Msg("null")
        done.append("step")

    def plan():
        yield Msg("set", Late(late), 1, group="late")
        raise KeyError("the plan")

    with pytest.raises(KeyError) as caught:
        engine(cleaned_up(plan(), step, tell=told.append))
    assert done == ["step"]
    assert "the motor" in caught.value.__notes__[0]


def test_a_failure_of_a_step_s_own_is_not_tried_for_ever(engine, done, told):
    failed = Status()
    failed.set_exception(RuntimeError("no"))

    class Broken:
        name = "broken"
        parent = None

        def set(self, _):
            done.append("set")
            return failed

    broken = Broken()

    def step(_):
        yield Msg("set", broken, 1, group="x")
        yield Msg("wait", None, group="x")

    with pytest.raises(FailedStatus):
        engine(cleaned_up(iter_messages(), step, tell=told.append))
    assert done == ["set", "set"]


# --- staging


class Staged:
    parent = None

    def __init__(self, name, done, broken=()):
        self.name, self.done, self.broken = name, done, broken

    def stage(self):
        self._do("stage")
        return [self]

    def unstage(self):
        self._do("unstage")
        return [self]

    def _do(self, what):
        self.done.append((what, self.name))
        if what in self.broken:
            raise OSError(f"cannot {what} {self.name}")


def test_staging_yields_the_messages_of_bluesky(x, detector):
    ours = staged(iter_messages(), [detector, x], print)
    stock = stage_wrapper(iter_messages(), [detector, x])
    assert [(m.command, m.obj) for m in ours] == [(m.command, m.obj) for m in stock]


def test_a_device_that_cannot_be_unstaged_keeps_no_other_from_it(engine, done, told):
    devices = [Staged("a", done), Staged("b", done, ["unstage"]), Staged("c", done)]
    with pytest.raises(OSError, match="cannot unstage b"):
        engine(staged(iter_messages(), devices, told.append))
    unstaged = [name for what, name in done if what == "unstage"]
    assert unstaged[:3] == ["c", "b", "a"]  # the engine tries once more in the end


def test_a_device_that_cannot_be_unstaged_does_not_hide_the_error(engine, done, told):
    devices = [Staged("a", done, ["unstage"])]
    with pytest.raises(KeyError) as caught:
        engine(staged(failing(KeyError("the plan")), devices, told.append))
    assert caught.value.__notes__ == ["besides, cleaning up failed: cannot unstage a"]


def test_only_what_was_to_be_staged_is_unstaged(engine, done, told):
    devices = [Staged("a", done), Staged("b", done, ["stage"]), Staged("c", done)]
    with pytest.raises(OSError, match="cannot stage b"):
        engine(staged(iter_messages(), devices, told.append))
    assert done == [("stage", "a"), ("stage", "b"), ("unstage", "b"), ("unstage", "a")]


def test_a_stop_whose_clean_up_fails_says_so_in_the_reason(engine, documents, step, told):
    def plan():
        yield Msg("null")
        raise RequestStop

    engine(recorded(cleaned_up(plan(), step("a", OSError("lamp")), tell=told.append), {}))
    stop = documents[-1][1]
    assert (stop["exit_status"], stop["reason"]) == (
        "success",
        "besides, cleaning up failed: lamp",
    )
