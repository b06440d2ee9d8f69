import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.errors import BluelineError
from blueline.typed import COMMANDS, parse_command

X, SCALER = object(), object()
DEVICES = {"x": X, "scaler": SCALER, "1": "a device with a number for a name"}


def ascan(motor, start, stop, intervals, count_time, *counters):
    return motor, start, stop, intervals, count_time, counters


def ct(count_time=1.0, **options):
    return (count_time, options) if options else count_time


PLANS = {"ascan": ascan, "ct": ct}


def parsed(text):
    return parse_command(text.split(), PLANS, DEVICES)


def refusal(text):
    with pytest.raises(BluelineError) as refused:
        parsed(text)
    return str(refused.value)


def test_words_become_a_call_of_the_plan():
    assert parsed("ascan x 0 5 10 0.1 scaler") == (X, 0, 5, 10, 0.1, (SCALER,))


def test_a_plan_needs_no_arguments_that_it_does_not_need():
    assert parsed("ct") == 1.0


def test_whole_numbers_become_integers_so_that_they_can_count():
    assert isinstance(parsed("ct 10"), int)
    assert isinstance(parsed("ct 1e3"), int)
    assert isinstance(parsed("ct 0.5"), float)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_arrives_as_it_was_typed(number):
    assert parsed(f"ct {number!r}") == number


def test_a_device_goes_before_a_number_of_the_same_name():
    assert parsed("ct 1") == DEVICES["1"]


def test_a_list_has_devices_numbers_and_lists():
    assert parsed("ct [scaler,[x,.5]]") == [SCALER, [X, 0.5]]
    assert refusal("ct [scaler,[y]]").startswith("there is no device 'y'")


def test_nothing_typed_is_answered_with_an_example_and_what_there_is():
    assert refusal("") == "type a scan, e.g. ascan x 0 5 10 0.1; there are ascan, ct"


def test_a_misspelt_scan_is_answered_with_the_one_that_was_meant():
    assert refusal("ascna x 0 5 10 0.1") == "there is no scan 'ascna'; did you mean ascan?"


def test_an_unknown_scan_is_answered_with_those_there_are():
    assert refusal("loop") == "there is no scan 'loop'; there are ascan, ct"


def test_a_misspelt_device_is_answered_with_the_one_that_was_meant():
    assert refusal("ascan x 0 5 10 0.1 scaller").endswith("did you mean scaler?")


def test_an_unknown_device_is_answered_with_those_there_are():
    assert refusal("ascan theta 0 5 10 1").endswith("there are 1, scaler, x")


def test_a_missing_argument_is_named_with_what_was_typed():
    sentence = refusal("ascan x 0 5 10")
    assert sentence.startswith("ascan x 0 5 10: ")
    assert "'count_time'" in sentence


def test_an_argument_too_many_is_refused_with_what_was_typed():
    assert refusal("ct 1 2 3").startswith("ct 1 2 3: ct takes from 0 to 1 positional arguments")


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1), max_size=6))
def test_whatever_is_typed_after_an_unknown_scan_is_answered_in_one_line(words):
    with pytest.raises(BluelineError) as refused:
        parse_command(["?", *words], PLANS, DEVICES)
    assert "\n" not in str(refused.value)


def test_a_list_of_numbers_is_one_word():
    assert parsed("ct [0,1.5,4]") == [0, 1.5, 4]
    assert parsed("ct [x,0]") == [X, 0]


@pytest.mark.parametrize(
    ("word", "value"),
    [("0.5", 0.5), ("true", True), ("False", False), ("none", None), ("peak", "peak"), ("x", X),
     ("[0,2]", [0, 2]), ("It>1e5", "It>1e5")],
    ids=["number", "yes", "no", "nothing", "text", "device", "list", "condition"],
)  # fmt: skip
def test_options_are_typed_with_their_names(word, value):
    assert parsed(f"ct 2 option={word}") == (2, {"option": value})


@given(st.text(st.characters(categories=["L", "P", "S"], exclude_characters="="), min_size=1))
def test_a_word_that_is_neither_device_nor_number_is_answered_in_one_line(word):
    with pytest.raises(BluelineError, match="there is no device") as refused:
        parse_command(["ct", f"{word}?"], PLANS, DEVICES)
    assert "\n" not in str(refused.value)


def test_every_command_that_can_be_typed_is_a_plan():
    from planlib import spec

    with_tuples = {"anscan", "dnscan", "anmesh", "lookupscan"}
    assert set(COMMANDS) == set(spec.__all__) - with_tuples
