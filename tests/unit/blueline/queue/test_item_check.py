"""What speaks against an item before it is in the queue."""

import threading
from types import SimpleNamespace

import bluesky.plan_stubs as bps
import pytest

from blueline.queue import queue_plan
from blueline.queue.item_check import ItemCheck, Verdict
from blueline.queue.seen_plan import stands_alone
from devices import SoftAxis
from planlib.context import NoSession
from planlib.messages import Axis, Counter, MsgGenerator
from tests.unit.blueline.queue.queued_plans import make_devices, make_queue

#: Far more than a dry run of these takes.
SECONDS = 10.0
BEYOND = "s cannot go to 99 mm: its limits are -9 to 9 mm"
_released = threading.Event()


@queue_plan
def waits(motor: Axis) -> MsgGenerator:
    """Wait for long before the first message."""
    _released.wait(SECONDS)
    yield from bps.mv(motor, 99)


@queue_plan
def endless(motor: Axis) -> MsgGenerator:
    """Go on for ever."""
    while True:
        yield from bps.mv(motor, 1)


@queue_plan
def decides(motor: Axis, detector: Counter) -> MsgGenerator:
    """Go where a detector says."""
    seen = yield from bps.rd(detector)
    yield from bps.mv(motor, 99 if seen == 0 else 0)


@pytest.fixture(scope="module")
def names():
    place = SimpleNamespace(s=1.0)
    devices = {**make_devices(), "s": SoftAxis(place, "s", name="s", limits=(-9, 9), egu="mm")}
    queue = make_queue(devices, waits=waits, endless=endless, decides=decides)
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


def test_a_site_s_plan_that_decides_by_what_it_measures_is_noted(items):
    found = verdict(items, item("decides", "s", "det"))
    assert (found.refused, BEYOND in found.note) == ("", True)
    assert verdict(items, item("sequence", {"name": "decides", "args": ["s", "det"]})).note


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
    assert verdict(items, item("endless", "s"), seconds=0.2) == Verdict()


def test_a_dry_run_that_hangs_holds_up_nobody(items):
    _released.clear()
    assert verdict(items, item("waits", "s"), seconds=0.05) == Verdict()
    assert verdict(items, scan("s", 0, 99)) == Verdict(), "one at a time"
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
