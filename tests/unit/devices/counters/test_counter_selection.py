"""Members of a group, and what of them is on."""

import pytest
from ophyd.sim import SynAxis

from devices.counters.measurement_group import MeasurementGroup
from devices.counters.pseudo_counter import PseudoCounter
from devices.counters.sampling_counter import SamplingCounter
from devices.counters.scaler import Scaler
from devices.counters.soft_counter import SoftCounter
from devices.errors import FormulaError, InvalidTargetError


def soft(name, **options):
    return SoftCounter(lambda: 1.0, name=name, **options)


@pytest.fixture
def scaler():
    """It is connected to nothing: what is on needs no connection."""
    made = Scaler("NOWHERE:scaler", name="scaler", counters={"I0": 2, "It": 3, "If": 4})
    yield made
    made.destroy()


@pytest.fixture
def mg(scaler):
    return MeasurementGroup("mg", [scaler, soft("T"), PseudoCounter("mu", "log(I0/It)")])


def test_all_is_on_at_first(mg):
    assert mg.active == mg.names == ["I0", "It", "If", "seconds", "T", "mu"]


def test_a_counter_is_switched_by_name(mg):
    mg.disable("It")
    assert "It" not in mg.active
    mg.enable("It")
    assert "It" in mg.active


def test_counters_are_switched_by_pattern(mg):
    """BL-75."""
    mg.disable("I*")
    assert mg.active == ["seconds", "T", "mu"]


def test_all_counters_of_a_device_are_switched_by_its_name(mg):
    mg.disable("scaler")
    assert mg.active == ["T", "mu"]


def test_all_columns_of_a_sampling_counter_are_switched_by_its_name():
    counter = SamplingCounter(lambda: 1.0, name="T", mode="stats")
    mg = MeasurementGroup("mg", [counter, soft("p")])
    mg.disable("T")
    assert mg.active == ["p"]


def test_a_pattern_that_means_nothing_is_refused_with_what_there_is(mg):
    with pytest.raises(InvalidTargetError, match=r"mg has I0, It, .*mu; none is meant by 'Ir\*'"):
        mg.disable("I0", "Ir*")
    assert "I0" in mg.active


def test_states_keep_what_is_on(mg):
    mg.save_state("xafs")
    mg.disable("T", "If")
    mg.switch_state("default")
    assert "T" in mg.active
    mg.switch_state("xafs")
    assert mg.active == ["I0", "It", "seconds", "mu"]
    assert mg.states == ["default", "xafs"]


def test_a_counter_is_added_and_is_on(mg):
    mg.add(soft("p"))
    assert mg.active[-1] == "p"


def test_a_member_is_removed_by_name_or_pattern(mg):
    mg.remove("mu", "scal*")
    assert mg.names == ["T"]


def test_a_member_that_is_not_there_cannot_be_removed(mg):
    with pytest.raises(InvalidTargetError, match="mg has the members scaler, T, mu; none is 'I0'"):
        mg.remove("I0")


def test_two_counters_of_one_name_are_refused(mg):
    with pytest.raises(InvalidTargetError, match="two counters named It, of scaler and It"):
        mg.add(soft("It"))
    assert mg.names.count("It") == 1


def test_a_counter_that_is_added_twice_is_there_once(mg, scaler):
    mg.add(scaler)
    assert mg.names.count("I0") == 1


@pytest.mark.parametrize("thing", [3.0, "I0", SynAxis], ids=["number", "text", "class"])
def test_what_cannot_be_read_is_refused(mg, thing):
    with pytest.raises(InvalidTargetError, match="mg takes counters, pseudo counters and groups"):
        mg.add(thing)


def test_a_device_that_only_a_coroutine_reads_is_refused(mg):
    class Async:
        name = "async"

        async def read(self):
            return {}

    with pytest.raises(InvalidTargetError, match="mg cannot wait for async, an ophyd-async device"):
        mg.add(Async())


def test_a_circle_of_pseudo_counters_is_refused_with_the_chain(mg):
    mg.add(PseudoCounter("a", "b"))
    with pytest.raises(FormulaError, match=r"in a circle: [ab] needs [ab] needs [ab]"):
        mg.add(PseudoCounter("b", "a"))
    assert "b" not in mg.names


# --- groups in groups, BL-76


@pytest.fixture
def outer(mg):
    return MeasurementGroup("outer", [mg, soft("p")])


def test_a_group_in_a_group_brings_its_counters(outer):
    assert outer.names == ["I0", "It", "If", "seconds", "T", "mu", "p"]


def test_what_is_off_in_the_inner_group_is_off(outer, mg):
    mg.disable("T")
    assert "T" not in outer.active


def test_switching_off_outside_leaves_the_inner_group_as_it_is(outer, mg):
    outer.disable("T")
    assert "T" not in outer.active
    assert "T" in mg.active


def test_switching_on_outside_switches_on_inside(outer, mg):
    mg.disable("T")
    outer.enable("T")
    assert "T" in outer.active
    assert "T" in mg.active


def test_an_inner_group_is_switched_as_a_whole(outer):
    outer.disable("mg")
    assert outer.active == ["p"]


def test_a_counter_in_two_groups_is_there_once(mg, scaler):
    both = MeasurementGroup("both", [mg, MeasurementGroup("other", [scaler])])
    assert both.names.count("I0") == both.active.count("I0") == 1


def test_a_group_cannot_be_in_itself(outer, mg):
    with pytest.raises(InvalidTargetError, match=r"mg cannot be in itself, as .* with outer in it"):
        mg.add(outer)
    with pytest.raises(InvalidTargetError, match="mg cannot be in itself"):
        mg.add(mg)
