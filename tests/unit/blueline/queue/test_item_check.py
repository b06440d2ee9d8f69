"""What speaks against an item before it is in the queue."""

import functools
import logging
import math
import threading
from types import SimpleNamespace
from typing import Any

import bluesky.plan_stubs as bps
import pytest
from ophyd.sim import SynAxis

from blueline.queue import queue_plan
from blueline.queue.item_check import ItemCheck, Verdict
from blueline.queue.seen_plan import Seen, stands_alone
from devices import SoftAxis
from planlib import ascan
from planlib.context import NoSession
from planlib.messages import Axis, Counter, MsgGenerator
from tests.unit.blueline.queue.queued_plans import make_devices, make_queue

#: Far more than a dry run of these takes.
SECONDS = 10.0
BEYOND = "s cannot go to 99 mm: its limits are -9 to 9 mm"
_released = threading.Event()


_begun: list[str] = []


class Blocking(SoftAxis):
    """Waits for long when it is asked whether it can go somewhere."""

    def check_values(self, positions):
        _released.wait(SECONDS)
        super().check_values(positions)


@queue_plan
def acts(motor: Axis, detector: Counter) -> MsgGenerator:
    """Act outside messages."""
    _begun.append(motor.name)
    yield from bps.trigger_and_read([detector])
    yield from bps.mv(motor, 99)


@queue_plan
@functools.wraps(ascan)
def wrapper(*args, **kwargs):
    _begun.append("wrapper")
    yield from ascan(*args, **kwargs)


@pytest.fixture(scope="module")
def names():
    place = SimpleNamespace(s=1.0)
    devices = {**make_devices(), "s": SoftAxis(place, "s", name="s", limits=(-9, 9), egu="mm")}
    devices["blocks"] = Blocking(place, "s", name="blocks", limits=(-9, 9))
    queue = make_queue(devices, acts=acts)
    return {**queue.names, "session": SimpleNamespace(context=NoSession())}


@pytest.fixture
def items(names):
    return ItemCheck(names)


def item(name, *args, **kwargs):
    return {"item_type": "plan", "name": name, "args": list(args), "kwargs": kwargs}


def verdict(items, call, *, is_next=True, rehearses=True, seconds=SECONDS):
    (found,) = items.verdicts([call], is_next=is_next, rehearses=rehearses, seconds=seconds)
    return found


def scan(*args, **kwargs):
    return item("ascan", *args, 1, None, "det", **kwargs)


@pytest.mark.parametrize("is_next", [True, False])
def test_what_can_run_is_taken(items, is_next):
    assert verdict(items, scan("s", 0, 5), is_next=is_next) == Verdict()


@pytest.mark.parametrize("is_next", [True, False])
def test_a_scan_beyond_the_limits_is_refused_with_the_sentence_of_the_prompt(items, is_next):
    assert verdict(items, scan("s", 0, 99), is_next=is_next).refused == BEYOND


def test_a_stock_plan_beyond_the_limits_is_refused_as_well(items):
    call = item("scan", ["det"], "s", 0, 99, 2)
    assert verdict(items, call, is_next=False).refused == BEYOND


def test_a_plan_within_a_plan_is_refused_as_well(items):
    assert verdict(items, item("sequence", scan("s", 0, 99) | {"item_type": "plan"})).refused
    inner = {"name": "ascan", "args": ["s", 0, 99, 1, None, "det"]}
    assert verdict(items, item("sequence", inner), is_next=False).refused == BEYOND


@pytest.mark.parametrize("words", [("mv",), ("mv", "x"), ("mvr", "x", 1, "y")])
def test_a_move_without_a_place_is_refused_in_a_sentence(items, words):
    refused = verdict(items, item(*words)).refused
    assert refused == f"{words[0]} takes each device with where it goes, such as {words[0]} x 1 y 2"


def test_a_relative_scan_is_refused_only_where_nothing_runs_before_it(items):
    call = item("dscan", "s", 0, 98, 1, None, "det")
    assert verdict(items, call, is_next=True).refused == BEYOND
    later = verdict(items, call, is_next=False)
    assert later.refused == ""
    assert later.note == f"as things are now, it would be refused: {BEYOND}"


def test_what_needs_an_earlier_scan_is_refused_only_where_nothing_runs_before_it(items):
    assert verdict(items, item("repeat")).refused
    assert verdict(items, item("repeat"), is_next=False).refused == ""


def test_what_a_plan_makes_of_what_it_has_not_measured_refuses_nothing(items):
    call = item("wait_until", "det", 5, deadline=0.01)
    assert verdict(items, call) == Verdict()


def test_a_site_s_plan_is_not_begun_to_look_at_it(items):
    assert verdict(items, item("acts", "s", "det")) == Verdict()
    inner = {"name": "acts", "args": ["s", "det"]}
    assert verdict(items, item("sequence", inner)) == Verdict()
    assert "must be" in verdict(items, item("acts", "nosuch", "det")).refused
    assert _begun == []


def test_a_site_s_wrapper_of_a_known_plan_is_not_begun_either():
    assert wrapper.__module__.startswith("planlib.")
    names = make_queue(make_devices(), wrapper=wrapper).names
    names["session"] = SimpleNamespace(context=NoSession())
    call = item("ascan", "x", 0, 1, 1, None, "det")
    assert names["ascan"].described.function is wrapper
    assert verdict(ItemCheck(names), call) == Verdict()
    assert _begun == []


def test_where_a_classic_axis_is_may_be_otherwise_behind_other_items(names):
    classic = SynAxis(name="classic")
    classic.check_value = names["s"].check_value
    queue = make_queue({**make_devices(), "classic": classic})
    items = ItemCheck({**queue.names, "session": names["session"]})
    call = item("dscan", "classic", 0, 98, 1, None, "det")
    assert verdict(items, call, is_next=True).refused == BEYOND.replace("99", "98")
    later = verdict(items, call, is_next=False)
    assert (later.refused, bool(later.note)) == ("", True)


def test_an_axis_that_is_set_counts_as_asked_where_it_tells_without_a_message(names):
    classic: Any = SynAxis(name="classic")
    seen = Seen(NoSession(), math.inf)
    list(seen.watched(bps.abs_set(names["s"], 1)))
    assert not seen.depends
    list(seen.watched(bps.abs_set(classic, 1)))
    assert seen.depends


def test_a_slit_is_refused_only_where_nothing_moves_its_other_blade_before(items):
    call = scan("slit_half", 0, 50)
    assert verdict(items, call).refused
    assert verdict(items, call, is_next=False).refused == ""


def test_only_the_first_of_many_is_the_next(items):
    call = item("dscan", "s", 0, 98, 1, None, "det")
    first, second = items.verdicts([call, call], is_next=True, rehearses=True, seconds=SECONDS)
    assert (first.refused, second.refused) == (BEYOND, "")


def test_while_a_plan_runs_only_arguments_are_looked_at(items):
    assert verdict(items, scan("s", 0, 99), rehearses=False) == Verdict()
    assert "must be" in verdict(items, scan("nosuch", 0, 9), rehearses=False).refused


def test_a_dry_run_that_takes_too_long_refuses_nothing(items):
    assert verdict(items, item("count", ["det"], None), seconds=0.2) == Verdict()


def test_a_dry_run_that_hangs_holds_up_nobody_and_is_told(items, caplog):
    _released.clear()
    assert verdict(items, scan("blocks", 0, 5), seconds=0.05) == Verdict()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            found = verdict(items, scan("s", 0, 99))
            assert found == Verdict(note="not looked through: an earlier look has not ended")
    assert verdict(items, scan("nosuch", 0, 9)).note == "", "it is refused"
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    _released.set()


SENTENCES = {
    "plan": (("asacn",), "the queue has no plan 'asacn'; did you mean ascan?"),
    "no plan": (("x" * 9,), "the queue has no plan 'xxxxxxxxx'; `blueline plans list` tells"),
    "device as plan": (("x",), "the queue has no plan 'x'; `blueline plans list` tells"),
    "device": (("ascan", "slit_haf", 0, 5, 2, 1), "not 'slit_haf'; did you mean slit_half?"),
    "choices": (("ascan", "q", 0, 5, 2, 1), "motor must be one of slit_mean, slit_half, x, y, s,"),
    "type": (("ascan", "x", "0", 5, 2, 1), "start must be a finite number, not '0'"),
    "range": (("ascan", "x", 0, 5, 0, 1), "intervals must be a whole number from 1 up to 9999999"),
    "missing": (("ascan", "x", 0, 5), "intervals and count_time are missing; a right call is"),
    "word": (("mv", "shutter", "opne"), "not 'opne'; did you mean"),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_what_a_plan_does_not_take_is_refused_in_a_sentence(items, case):
    call, sentence = SENTENCES[case]
    found = verdict(items, item(*call), rehearses=False).refused
    assert sentence in found
    assert "\n" not in found


def test_an_option_that_is_misspelt_is_told_with_the_right_one(items):
    found = verdict(items, scan("x", 0, 1, setle=1), rehearses=False).refused
    assert found == "ascan takes no setle; did you mean settle?"


@pytest.mark.parametrize(
    "strange",
    [None, "ascan", {}, {"item_type": "instruction"}, item("ct") | {"args": 3}, item(7)],
    ids=["none", "text", "empty", "instruction", "no list", "no name"],
)
def test_what_is_no_item_is_left_to_the_queue_server(items, strange):
    assert verdict(items, strange) == Verdict()


def test_a_plan_of_an_uploaded_script_is_left_to_the_queue_server(names):
    def uploaded():
        yield from bps.null()

    assert verdict(ItemCheck({**names, "uploaded": uploaded}), item("uploaded")) == Verdict()


def test_an_axis_over_others_does_not_stand_alone(names):
    assert stands_alone(names["s"])
    assert not stands_alone(names["slit_half"])
