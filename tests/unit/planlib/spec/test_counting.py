import pytest
from bluesky.preprocessors import plan_mutator
from bluesky.utils import Msg, RunEngineInterrupted, single_gen
from ophyd import Component, Device, Signal

from planlib.context import NoSession
from planlib.errors import NoSessionError
from planlib.spec import ct
from tests.unit.planlib.scanning import INF, NAN, answers_lost, in_session, refused


class Told(NoSession):
    """A session that remembers what it was told, with counters of its own."""

    def __init__(self, *counters):
        super().__init__()
        self.sentences = []
        self._counters = counters

    def active_counters(self):
        return self._counters

    def tell(self, sentence):
        self.sentences.append(sentence)


@pytest.fixture
def session(engine, detector):
    told = Told(detector)

    return in_session(engine, told)


def counted(engine, plan):
    """What a plan returns; the engine gives uids unless it is asked."""
    result = []

    def inner():
        result.append((yield from plan))

    engine(inner())
    return result[0]


class Volts(Device):
    """A detector whose values have units, an array among them."""

    class Signal(Signal):
        def describe(self):
            described = super().describe()
            described[self.name]["units"] = "V"
            return described

    voltage = Component(Signal, value=1.25, kind="hinted")
    trace = Component(Signal, value=[1.0, 2.0], kind="normal")


def test_ct_tells_a_line_per_counter_and_saves_nothing(engine, documents, session):
    """PS-62, BL-106."""
    engine(ct(0.5))
    assert session.sentences == ["det 1000"]
    assert documents == []


def test_ct_returns_the_values(engine, session, detector):
    """PS-63."""
    assert counted(engine, ct(0.5, detector)) == {"det": detector.val.get()}
    assert [policy.seconds for policy in detector.policies] == [0.5]


def test_ct_tells_units_and_shapes(engine, session):
    engine(ct(None, Volts(name="adc")))
    assert session.sentences == ["adc_voltage 1.25 V", "adc_trace array of 2 V"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0092475134, "0.00924751"), (123456789.0, "123456789"), (1e20, "1e+20"), (NAN, "nan")],
)
def test_ct_tells_counts_in_full_and_other_numbers_to_six_digits(engine, session, value, said):
    engine(ct(None, Signal(name="gauge", value=value)))
    assert session.sentences == [f"gauge {said}"]


def test_ct_counts_to_a_monitor(engine, session, detector):
    """PS-64, SC-04."""
    engine(ct(-1000))
    assert [policy.counts for policy in detector.policies] == [1000]


def test_ct_stages_and_unstages(engine, session, detector):
    seen = []
    engine.msg_hook = lambda message: seen.append(message.command)
    engine(ct(0.5))
    assert seen == [
        "session_context", "session_context", "stage", "null", "prepare", "wait", "checkpoint",
        "trigger", "wait", "checkpoint", "read", "unstage",
    ]  # fmt: skip
    assert detector._staged.value == "no"


def test_ct_without_session_and_counters_says_so(engine):
    with pytest.raises(NoSessionError, match="name the counters"):
        engine(ct(0.5))


@pytest.mark.parametrize("bad", [0, NAN, INF, "1", True, [1, 2]], ids=repr)
def test_ct_refuses_impossible_count_times(detector, bad):
    assert "count time" in refused(ct(bad, detector))


def test_ct_with_a_counter_in_place_of_the_time_is_told(detector):
    assert "the count time must be a finite number, not det" in refused(ct(detector))


def test_ct_of_a_detector_without_count_time_is_refused_by_name(plain_detector):
    assert refused(ct(0.5, plain_detector)).startswith("the count time of plain cannot be set")


@pytest.mark.parametrize("command", ["trigger", "read"])
def test_ct_goes_on_after_a_pause(engine, session, detector, command):
    paused_at = []

    def pause(message):
        if message.command == command and not paused_at:
            paused_at.append(message)
            return None, single_gen(Msg("pause", None))
        return None, None

    with pytest.raises(RunEngineInterrupted):
        engine(plan_mutator(ct(0.5), pause))
    engine.resume()
    assert session.sentences == ["det 1000"]


def test_ct_reads_again_where_a_pause_took_the_answer(engine, session):
    engine(answers_lost(ct(0.5), "read", times=2))
    assert session.sentences == ["det 1000"]


def test_ct_does_not_trigger_what_has_nothing_to_trigger(engine, session):
    seen = []
    engine.msg_hook = lambda message: seen.append(message.command)
    engine(ct(None, Volts(name="adc")))
    assert "trigger" not in seen


def test_ct_says_that_nothing_counts(engine, session):
    engine(ct(0.5, Volts(name="adc")))
    assert session.sentences[0].endswith("the count time has no effect: adc is only read")


def test_ct_asks_a_detector_of_ophyd_async_in_the_loop(engine, session):
    from ophyd_async.core import init_devices
    from ophyd_async.sim import SimPointDetector

    with init_devices():
        points = SimPointDetector(None, num_channels=1, name="points")
    values = counted(engine, ct(0.1, points))
    assert list(values) == ["points-channel-1-value"]
    assert session.sentences[0].startswith("points-channel-1-value ")
