"""The engine of a session: what it adds to bluesky's own."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from bluesky import RunEngine
from bluesky.utils import Msg

from blueline.engine import Engine
from blueline.engine.engine import QUICK
from planlib.context import COMMAND, NoSession, default_counters


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
