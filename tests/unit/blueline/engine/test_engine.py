"""The engine of a session: what it adds to bluesky's own."""

import sys

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from bluesky import RunEngine
from bluesky.preprocessors import finalize_wrapper
from bluesky.utils import Msg, TransitionError
from ophyd.sim import SynAxis

from blueline.engine import Engine
from blueline.engine.engine import QUICK
from planlib.context import COMMAND, NoSession, default_counters
from planlib.errors import PlanError


def test_it_is_an_engine_of_bluesky(either):
    assert isinstance(either, RunEngine)


def test_a_plan_that_asks_gets_the_session(ours, session):
    answers = []

    def plan():
        answers.append((yield Msg(COMMAND)))

    ours(plan())
    assert answers == [session]


def test_a_plan_without_counters_gets_those_of_the_session(ours, detector):
    given = []

    def plan():
        given.append(list((yield from default_counters())))

    ours(plan())
    assert given == [[detector]]


@pytest.mark.parametrize("fails", [False, True])
def test_the_prompt_waits_for_what_must_be_done_before_it(engines, fails):
    done = []
    engine = engines(Engine(NoSession(), before_prompt=lambda: done.append(engine.state)))

    def plan():
        yield from bps.null()
        if fails:
            message = "the plan broke"
            raise RuntimeError(message)

    if fails:
        with pytest.raises(RuntimeError, match="the plan broke"):
            engine(plan())
    else:
        engine(plan())
    assert done == ["idle"]


def test_sequence_numbers_count_the_events_of_each_run(either, detector, documents_of):
    for _ in range(2):
        emitted = documents_of(either, bp.count([detector], 3))
        assert [doc["seq_num"] for name, doc in emitted if name == "event"] == [1, 2, 3]


def test_metadata_and_scan_numbers_are_taken_as_bluesky_takes_them(engines, detector, documents_of):
    engine = engines(Engine(NoSession(), md={"user": "ada"}, scan_id_source=lambda _: 42))
    ((_, start), *_) = documents_of(engine, bp.count([detector]))
    assert (start["user"], start["scan_id"]) == ("ada", 42)


@pytest.mark.parametrize(("value", "is_quick"), [("0", False), ("1", True)])
def test_the_environment_can_switch_the_quicker_messages_off(engines, monkeypatch, value, is_quick):
    monkeypatch.setenv(QUICK, value)
    assert engines(Engine(NoSession())).is_quick is is_quick


def test_what_was_read_for_the_open_event_is_known(either, x, detector):
    seen = []

    def plan():
        yield Msg("open_run")
        yield Msg("create", None, name="primary")
        seen.append(either.readings)
        yield Msg("read", x)
        seen.append(sorted(either.readings))
        yield Msg("read", detector)
        seen.append(sorted(either.readings))
        yield Msg("save")
        yield Msg("create", None, name="primary")
        seen.append(either.readings)
        yield Msg("drop")
        yield Msg("close_run")

    either(plan())
    assert seen == [{}, ["x", "x_setpoint"], ["det", "x", "x_setpoint"], {}]


def test_nothing_was_read_before_the_first_event(ours):
    assert ours.readings == {}


def test_the_quicker_messages_are_registered_under_the_names_of_bluesky(ours, engine):
    assert set(ours.commands) == {*engine.commands, COMMAND, "fetch"}


def test_closing_ends_the_thread_and_may_be_repeated():
    engine = Engine(NoSession())
    engine.close()
    engine.close()
    assert engine.is_closed


@pytest.mark.parametrize(
    ("thing", "sentence"),
    [
        pytest.param(bp.count, "count has not been called: write count", id="not-called"),
        pytest.param("ascan x 0 5 10 1", "is no plan: write a call", id="text"),
        pytest.param([bp.count], "a list is no plan: run several with sequence", id="list"),
        pytest.param(None, "was `yield from` forgotten", id="nothing"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(ours, thing, sentence):
    """U6."""
    with pytest.raises(PlanError, match=sentence):
        ours(thing)
    assert ours.state == "idle"


def test_a_second_plan_is_refused(ours):
    """bluesky would take it for a list of subscribers, and run it outside of the engine."""
    with pytest.raises(PlanError, match="one plan: run several with sequence"):
        ours(bp.count([], 1), bp.count([], 1))
    assert ours.state == "idle"


def test_a_plan_without_messages_is_told(ours, session):
    """U6: to bluesky it is a success."""
    ours(iter([]))
    ours([Msg("null")])
    (told,) = session.sentences
    assert told.startswith("the plan had no messages and has done nothing")


def test_a_plan_that_calls_exit_fails_after_its_clean_up_and_the_engine_goes_on(either):
    cleaned = []

    def clean():
        cleaned.append(True)
        yield Msg("null")

    def leaving():
        yield Msg("null")
        sys.exit("the mirror is out")

    with pytest.raises(PlanError, match=r"left by sys\.exit: the mirror is out; a plan ends by"):
        either(finalize_wrapper(leaving(), clean()))
    assert cleaned
    either([Msg("null")])


class Leaving(SynAxis):
    """A device whose author thought of a script."""

    def set(self, value):
        sys.exit(3)

    trigger = read = stage = configure = lambda self, *_: sys.exit(3)


@pytest.mark.parametrize("command", ["set", "trigger", "read", "stage", "configure"])
def test_a_device_that_calls_exit_fails_its_message_and_the_plan_cleans_up(either, command):
    cleaned = []
    device = Leaving(name="bad")

    def leaving():
        yield Msg("open_run")
        yield Msg(command, device, *([1] if command == "set" else []))

    def clean():
        cleaned.append(True)
        yield Msg("close_run", exit_status="fail")

    with pytest.raises(PlanError, match=rf"{command} bad left by sys\.exit: 3"):
        either(finalize_wrapper(leaving(), clean()))
    assert cleaned
    either([Msg("null")])


def test_a_preprocessor_that_calls_exit_fails_and_the_engine_goes_on(either):
    def around(plan):
        yield Msg("null")
        sys.exit("not today")

    either.preprocessors.append(around)
    with pytest.raises(PlanError, match=r"the plan left by sys\.exit: not today"):
        either([Msg("null")])
    either.preprocessors.remove(around)
    either([Msg("null")])


def test_whoever_hears_the_messages_and_calls_exit_leaves_a_run_that_has_failed(either):
    stops = []
    either.subscribe(lambda _, doc: stops.append(doc["exit_status"]), "stop")

    def hook(message):
        if message.command == "null":
            sys.exit(1)

    either.msg_hook = hook
    with pytest.raises(PlanError, match=r"around the plan left by sys\.exit: 1"):
        either([Msg("open_run"), Msg("null")])
    either.msg_hook = None
    assert stops == ["fail"]
    either([Msg("null")])


class Tripping:
    """Asks for a suspension while the last messages of a plan are done, or right after them."""

    def __init__(self, engine, turns):
        self.engine, self.turns = engine, turns

    def __call__(self, turns=None):
        left = self.turns if turns is None else turns
        if left:
            self.engine.loop.call_soon(self, left - 1)
            return

        async def at_once():
            pass

        self.engine.request_suspend(at_once, justification="the beam is lost")


@pytest.mark.parametrize("turns", range(30))
def test_a_suspension_in_the_last_messages_leaves_the_engine_usable(either, detector, turns):
    """H18."""
    stops = []
    trip = Tripping(either, turns)

    def follow(name, doc):
        if name == "stop":
            stops.append(doc["exit_status"])
            trip()

    token = either.subscribe(follow)
    either(bp.count([detector], 2))
    either.unsubscribe(token)
    assert either.state == "idle"
    either(bp.count([detector]))
    assert stops[0] == "success"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("resume", "no plan is paused that could go on: the engine is idle"),
        ("stop", "no plan is under way that could be ended"),
        ("abort", "no plan is under way that could be ended"),
        ("halt", "no plan is under way that could be ended"),
    ],
)
def test_a_command_for_a_plan_where_there_is_none_is_refused_with_a_sentence(ours, command, said):
    with pytest.raises(PlanError, match=said):
        getattr(ours, command)()
    with pytest.raises(TransitionError):  # who knows bluesky's error is told by it
        getattr(ours, command)()
