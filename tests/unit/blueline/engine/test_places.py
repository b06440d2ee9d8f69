"""An axis that is moved by hand during a pause goes back where the run had put it."""

import threading
import time
from types import SimpleNamespace

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus, Msg, RunEngineInterrupted
from ophyd import Component, PseudoPositioner, PseudoSingle, Signal, SoftPositioner
from ophyd.pseudopos import pseudo_position_argument, real_position_argument
from ophyd.sim import SynAxis
from ophyd.status import Status

from blueline.engine import Engine
from blueline.engine.places import Places


@pytest.fixture
def unrestored(engines, session):
    return engines(Engine(session, restore=False))


def mesh(detector, slow, fast, pause_at):
    """Scan a stock mesh, pausing once before the point where the axes are at `pause_at`."""
    paused = []

    def per_step(detectors, step, pos_cache):
        yield Msg("checkpoint")
        for axis, position in step.items():
            if pos_cache[axis] != position:
                yield Msg("set", axis, position, group="move")
                pos_cache[axis] = position
        yield Msg("wait", None, group="move")
        if tuple(step.values()) == pause_at and not paused:
            paused.append(pause_at)
            yield Msg("pause")
        yield Msg("create", None, name="primary")
        for device in (*detectors, *step):
            yield Msg("read", device)
        yield Msg("save")

    return bp.grid_scan([detector], slow, 0, 1, 2, fast, 0, 2, 3, per_step=per_step)


def points(engine, plan, meanwhile):
    """Run a plan that pauses once; give the positions of its events."""
    emitted = []
    engine.subscribe(lambda _, doc: emitted.append(doc["data"]), "event")
    with pytest.raises(RunEngineInterrupted):
        engine(plan)
    meanwhile()
    engine.resume()
    return [(data["y"], data["x"]) for data in emitted]


MESH = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_the_slow_axis_of_a_mesh_goes_back_after_a_pause(either, detector, x, y, session):
    plan = mesh(detector, y, x, (1, 1))
    assert points(either, plan, lambda: y.set(7.0)) == MESH
    assert session.sentences == ["y stands at 7: it goes back to 1, where the run had put it"]


def test_it_can_be_switched_off(unrestored, detector, x, y):
    plan = mesh(detector, y, x, (1, 1))
    assert points(unrestored, plan, lambda: y.set(7.0)) == [*MESH[:4], (7, 1), (7, 2)]


def test_an_axis_that_is_set_again_anyway_is_not_sent_twice(either, detector, x, y, session):
    plan = mesh(detector, y, x, (1, 1))
    assert points(either, plan, lambda: x.set(7.0)) == MESH
    assert session.sentences == []


def test_an_axis_that_stands_where_it_was_put_is_left_alone(either, detector, x, y, session):
    sent = []
    y.subscribe(lambda **_: sent.append(1), run=False)
    plan = mesh(detector, y, x, (1, 1))
    assert points(either, plan, sent.clear) == MESH
    assert sent == []
    assert session.sentences == []


def test_it_goes_back_after_a_suspension(either, detector, x, y, session):
    plan = mesh(detector, y, x, (2, 2))  # never paused
    emitted = []
    either.subscribe(lambda _, doc: emitted.append(doc["data"]), "event")

    def suspended():
        for message in plan:
            yield message
            if message.command == "save" and len(emitted) == 5:
                either.request_suspend(beam_is_back, pre_plan=moved_by_hand)
                yield Msg("sleep", None, 0.05)

    async def beam_is_back():
        """Be back at once."""

    def moved_by_hand():
        y.set(7.0)
        yield Msg("null")

    either(suspended())
    assert [(data["y"], data["x"]) for data in emitted] == [*MESH[:5], (1, 1), (1, 2)]
    assert sum("it goes back to 1" in sentence for sentence in session.sentences) == 1


def test_an_axis_that_cannot_go_back_fails_the_run(either, detector, x, y):
    plan = mesh(detector, y, x, (1, 1))
    emitted = []
    either.subscribe(lambda name, doc: emitted.append((name, doc)))
    with pytest.raises(RunEngineInterrupted):
        either(plan)
    y.set(7.0)

    def refuse(_):
        status = Status()
        status.set_exception(ValueError("it is jammed"))
        return status

    y.set = refuse
    with pytest.raises(FailedStatus):
        either.resume()
    assert emitted[-1][1]["exit_status"] == "fail"
    assert sum(name == "event" for name, _ in emitted) == 4


def test_an_axis_that_is_left_to_go_is_not_waited_for(either, detector, session):
    oven = SynAxis(name="oven")

    def plan():
        yield Msg("open_run")
        yield Msg("set", oven, 500.0, group="some time")
        yield Msg("checkpoint")
        yield Msg("pause")
        yield Msg("close_run")

    with pytest.raises(RunEngineInterrupted):
        either(plan())
    oven.set(20.0)
    either.resume()
    assert oven.position == 20.0
    assert session.sentences == []


def test_what_was_set_before_the_run_is_nobody_s_promise(either, x, session):
    def plan():
        yield Msg("set", x, 1.0, group="g")
        yield Msg("wait", None, group="g")
        yield Msg("open_run")
        yield Msg("checkpoint")
        yield Msg("pause")
        yield Msg("close_run")

    with pytest.raises(RunEngineInterrupted):
        either(plan())
    x.set(3.0)
    either.resume()
    assert x.position == 3.0


def test_a_second_pause_is_as_good_as_the_first(either, detector, x, y):
    plan = mesh(detector, y, x, (1, 1))
    emitted = []
    either.subscribe(lambda _, doc: emitted.append((doc["data"]["y"], doc["data"]["x"])), "event")
    with pytest.raises(RunEngineInterrupted):
        either(plan)
    y.set(7.0)
    # again, in the middle of what is done again
    either.msg_hook = lambda message: message.command == "wait" and paused_again(either)
    with pytest.raises(RunEngineInterrupted):
        either.resume()
    y.set(8.0)
    either.resume()
    assert emitted == MESH


def paused_again(engine):
    engine.msg_hook = None
    threading.Thread(target=engine.request_pause).start()
    time.sleep(0.05)  # so that the request is there before the engine goes on


class Located:
    """An axis that says where it is when it is asked."""

    name = "axis"
    parent = None
    tolerance = 0.1

    def __init__(self, readback, setpoint=1.0):
        self.readback, self.setpoint = readback, setpoint

    def locate(self):
        """Say where it is."""
        return {"setpoint": self.setpoint, "readback": self.readback}

    def set(self, value):
        """Be there."""


def sent_back(axis, target, replayed=()):
    """Give the messages with which an axis goes back, answering those that ask."""
    places = Places(lambda _: None)
    move = Msg("set", axis, target, group="move")
    places.asked(move, SimpleNamespace(success=True))
    places.waited("move")
    places.mark()
    messages, answer, plan = [], None, places.restore(list(replayed))
    while True:
        try:
            message = plan.send(answer)
        except StopIteration:
            return [(each.command, *each.args) for each in messages]
        answer = axis.locate() if message.command == "locate" else None
        messages.append(message)


@pytest.mark.parametrize(
    ("readback", "goes"), [(1.0, False), (1.09, False), (1.2, True), (float("nan"), True)]
)
def test_an_axis_goes_back_where_it_is_out_of_its_tolerance(readback, goes):
    expected = [("locate",), ("set", 1.0), ("wait",)] if goes else [("locate",)]
    assert sent_back(Located(readback), 1.0) == expected


def test_an_axis_that_was_set_elsewhere_goes_back_also_within_its_tolerance():
    assert sent_back(Located(1.05, 1.05), 1.0) == [("locate",), ("set", 1.0), ("wait",)]


def test_an_axis_that_is_set_to_nothing_known_is_judged_by_where_it_stands():
    assert sent_back(Located(1.05, float("nan")), 1.0) == [("locate",)]
    assert sent_back(Located(1.2, float("nan")), 1.0) == [("locate",), ("set", 1.0), ("wait",)]


def test_an_axis_that_counts_first_and_is_set_later_goes_back_before():
    axis = Located(5.0, 5.0)
    replayed = [Msg("trigger", None), Msg("set", axis, 2.0), Msg("save")]
    assert sent_back(axis, 1.0, replayed)[:3] == [("locate",), ("set", 1.0), ("wait",)]


def test_an_axis_that_takes_no_number_is_left_alone():
    shutter = Signal(name="shutter", value="open")
    assert sent_back(shutter, "open") == []


def test_an_axis_that_does_not_tell_where_it_is_is_left_alone():
    class Dumb:
        """Takes any position and tells none."""

    assert sent_back(Dumb(), 1.0) == []


def test_a_stock_motor_that_stands_beside_its_set_position_is_left_alone(either, detector, x):
    y = SynAxis(name="y", value=0.0, readback_func=lambda position: position + 3e-4)
    targets = []
    y.setpoint.subscribe(lambda value, **_: targets.append(value), run=False)
    points(either, mesh(detector, y, x, (1, 1)), targets.clear)
    assert targets == []


# --- pseudo axes and the real ones under them


class Blades(PseudoPositioner):
    """Two blades, their gap and its center."""

    gap = Component(PseudoSingle)
    center = Component(PseudoSingle)
    a = Component(SoftPositioner, init_pos=0.0)
    b = Component(SoftPositioner, init_pos=0.0)

    @pseudo_position_argument
    def forward(self, pseudo):
        """Give the blades."""
        half = pseudo.gap / 2
        return self.RealPosition(a=pseudo.center - half, b=pseudo.center + half)

    @real_position_argument
    def inverse(self, real):
        """Give gap and center."""
        return self.PseudoPosition(gap=real.b - real.a, center=(real.a + real.b) / 2)


@pytest.fixture
def blades():
    return Blades("", name="blades", egu="mm")


def read_after_a_pause(engine, moves, meanwhile=lambda: None):
    """Set axes, each after the one before, pause, and give where the last one stands then."""

    def plan():
        yield Msg("open_run")
        for number, (axis, position) in enumerate(moves):
            yield Msg("set", axis, position, group=number)
            yield Msg("wait", None, group=number)
        yield Msg("checkpoint")
        yield Msg("pause")
        yield Msg("close_run")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    meanwhile()
    engine.resume()
    return moves[-1][0].position


def test_a_real_axis_set_after_its_pseudo_axis_stays_where_it_was_set(either, blades, session):
    assert read_after_a_pause(either, [(blades.gap, 1.0), (blades.b, 2.5)]) == 2.5
    assert session.sentences == []


def test_a_pseudo_axis_set_after_its_real_axis_stays_where_it_was_set(either, blades):
    assert read_after_a_pause(either, [(blades.b, 2.5), (blades.gap, 1.0)]) == 1.0


def test_a_real_axis_set_before_its_pseudo_axis_is_waited_for_has_the_last_word(either, blades):
    def plan():
        yield Msg("open_run")
        yield Msg("set", blades.gap, 1.0, group="gap")
        yield Msg("set", blades.b, 2.5, group="b")
        yield Msg("wait", None, group="b")
        yield Msg("wait", None, group="gap")
        yield Msg("checkpoint")
        yield Msg("pause")
        yield Msg("close_run")

    with pytest.raises(RunEngineInterrupted):
        either(plan())
    either.resume()
    assert blades.b.position == 2.5


def test_a_pseudo_axis_whose_real_axis_was_moved_by_hand_goes_back(either, blades):
    def by_hand():
        blades.b.set(7.0)

    assert read_after_a_pause(either, [(blades.gap, 1.0)], by_hand) == 1.0


def test_the_axes_of_one_group_all_keep_their_places(either, blades):
    def by_hand():
        blades.b.set(7.0)

    moves = [(blades.center, 3.0), (blades.gap, 1.0)]
    assert read_after_a_pause(either, moves, by_hand) == 1.0
    assert blades.center.position == 3.0


def test_all_axes_are_asked_before_the_first_goes_back(either, blades):
    places, told = Places(lambda _: None), []
    axes = [Located(5.0, 5.0), Located(6.0, 6.0)]
    for number, axis in enumerate(axes):
        places.asked(Msg("set", axis, 1.0, group=number), SimpleNamespace(success=True))
        places.waited(number)
    places.mark()
    plan, answer = places.restore([]), None
    for _ in range(4):
        message = plan.send(answer)
        told.append(message.command)
        answer = message.obj.locate()
    assert told == ["locate", "locate", "set", "set"]
