"""What can be sampled."""

from types import SimpleNamespace

import pytest
from ophyd import Signal
from ophyd.sim import SynAxis

from devices.counters.sample_source import SampleSource
from devices.errors import CountError, InvalidTargetError


def test_a_function_is_called():
    assert SampleSource.of(lambda: 2, "T").now().value == 2.0


def test_a_signal_is_got():
    assert SampleSource.of(Signal(name="s", value=3.0), "T").now().value == 3.0


def test_of_a_device_the_value_under_its_own_name_is_taken():
    axis = SynAxis(name="x", value=4.0)
    assert SampleSource.of(axis, "T").now().value == 4.0


def test_an_attribute_lies_under_a_dotted_path():
    thing = SimpleNamespace(state=SimpleNamespace(level=5.0))
    assert SampleSource.of_attribute(thing, "state.level", "T").now().value == 5.0


def test_a_method_is_called():
    assert SampleSource.of_attribute("abc", "__len__", "T").now().value == 3.0


def test_an_attribute_that_is_not_there_is_refused():
    with pytest.raises(InvalidTargetError, match="T samples level, and 'abc' has no level"):
        SampleSource.of_attribute("abc", "level", "T")


@pytest.mark.parametrize("thing", [3.0, "text", dict], ids=["number", "text", "class"])
def test_what_cannot_be_read_is_refused(thing):
    with pytest.raises(InvalidTargetError, match="T samples a signal, a device or a function"):
        SampleSource.of(thing, "T")


def test_what_a_function_raises_is_told():
    def broken():
        raise KeyError("lamp")

    with pytest.raises(CountError, match="function broken failed: KeyError: 'lamp'"):
        SampleSource.of(broken, "T").now()


def test_what_is_no_number_is_told():
    with pytest.raises(CountError, match="failed: ValueError"):
        SampleSource.of(lambda: "warm", "T").now()
