"""What Tab offers inside plans and commands."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.completer import IPCompleter, provisionalcompleter

from blueline.shell.completion import matcher, offered, place_of
from blueline.shell.vocabulary import Vocabulary
from planlib import ascan, ct


class Motor:
    position = 0.0

    def set(self, position): ...

    def read(self): ...


class Scaler:
    def read(self): ...

    def trigger(self): ...


class Slit:
    def __init__(self):
        self.members = {"low": Motor(), "high": Motor()}

    def set(self, position): ...


class Shutter:
    STATES = ("closed", "open")

    def set(self, state): ...

    def read(self): ...


def umv(*moves: object): ...
def wm(*axes: object): ...
def choose(*counters): ...


def show(what: Literal["peak", "all"] = "all", *, style: Literal["wide", "narrow"] = "wide"): ...


DEVICES = {
    "theta": Motor(),
    "th2": Motor(),
    "x": Motor(),
    "hslit": Slit(),
    "thermo": Scaler(),
    "shutter": Shutter(),
}
COMMANDS = {"ascan": ascan, "ct": ct, "umv": umv, "counters": choose, "show": show, "wm": wm}
VOCABULARY = Vocabulary(COMMANDS, COMMANDS)


def words_after(before):
    return offered(before, VOCABULARY, DEVICES).words


@pytest.mark.parametrize(
    "before",
    ["ascan th", "ascan(th", "RE(ascan(th", "RE( ascan( th", "wa; ascan th", "y=[ascan(th"],
)
def test_axes_are_offered_where_a_plan_takes_one(before):
    offer = offered(before, VOCABULARY, DEVICES)
    assert offer.words == ("theta", "th2")
    assert offer.is_all


def test_counters_are_offered_after_the_count_time():
    assert "thermo" in words_after("ascan x 0 1 10 0.1 th")
    assert "thermo" in words_after("ascan(x, 0, 1, 10, 0.1, th")


def test_no_axis_is_offered_among_counters_and_no_counter_among_axes():
    assert set(words_after("ct 1 ")) == {"thermo"}
    assert "thermo" not in words_after("ascan ")
    assert "thermo" not in words_after("wm ")
    assert set(words_after("wm t")) == {"theta", "th2"}


def test_counters_are_offered_where_they_are_chosen():
    assert words_after("counters ") == ("thermo",)


def test_what_is_switched_is_offered_to_moves_and_not_to_scans():
    assert "shutter" in words_after("umv ")
    assert "shutter" not in words_after("ascan ")
    assert "thermo" not in words_after("umv ")


def test_states_are_offered_after_what_has_them():
    offer = offered("umv shutter ", VOCABULARY, DEVICES)
    assert offer.words == ("closed", "open")
    assert offer.is_all
    assert words_after("umv x 3 shutter o") == ("open",)
    assert words_after("umv(shutter, ") == ('"closed"', '"open"')
    assert words_after("umv x o") == ()


def restore_position(instrument: str, name: str, *stays: object): ...
def newsample(name: str, *more: str): ...


TEXTS = {"restore_position": restore_position, "newsample": newsample, "plotselect": choose}


def known(command, parameter, before):
    """What a session has kept: two positions of a stage, and columns."""
    if (command, parameter) == ("plotselect", "counters"):
        return ["I0", "It", "theta"]
    if parameter == "instrument":
        return ["stage", "mirror"]
    if command == "restore_position" and parameter == "name":
        return ["aligned", "on the foil"] if before.strip('"') == "stage" else []
    return None


def kept_after(before):
    return offered(before, Vocabulary(TEXTS, TEXTS), DEVICES, known)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("restore_position ", ("stage", "mirror")),
        ("restore_position stage ", ("aligned", '"on the foil"')),
        ("restore_position stage a", ("aligned",)),
        ('restore_position("stage", ', ('"aligned"', '"on the foil"')),
        ("restore_position mirror ", ()),
        ("plotselect I", ("I0", "It")),
        ("plotselect X", ()),
        ("newsample ", ()),
        ("newsample t", ()),
    ],
)
def test_only_what_a_command_can_mean_is_offered_where_it_takes_text(before, words):
    offer = kept_after(before)
    assert offer.words == words
    assert offer.is_all


@pytest.mark.parametrize(
    ("before", "words"),
    [("plotselect I", {"I0", "It"}), ("plotselect X", {""}), ("newsample t", {""})],
)
def test_the_prompt_shows_no_other_names_beside_them(before, words):
    completer = IPCompleter(namespace=dict(TEXTS), use_jedi=False)
    vocabulary = Vocabulary(TEXTS, TEXTS)
    completer.custom_matchers.append(matcher(vocabulary, lambda: DEVICES, known))
    with provisionalcompleter():
        shown = {each.text for each in completer.completions(before, len(before))}
    assert shown == words  # an empty one is not shown


def test_devices_that_stay_are_offered_after_a_saved_position():
    assert "theta" in kept_after("restore_position stage aligned ").words


def test_a_variable_may_be_meant_where_no_text_that_is_known_fits_within_brackets():
    assert not kept_after("restore_position(").is_all or kept_after("restore_position(").words
    assert not kept_after("restore_position(mi_").is_all


def test_members_of_a_group_are_offered_by_the_names_that_can_be_typed():
    assert words_after("umv hs") == ("hslit.low", "hslit.high")


def test_nothing_else_is_offered_where_an_axis_comes_of_axes_and_positions():
    assert offered("umv x 3 th", VOCABULARY, DEVICES).is_all
    assert not offered("umv x th", VOCABULARY, DEVICES).is_all


def test_no_device_is_offered_for_a_number():
    assert words_after("ascan x th") == ()


def test_options_are_offered_with_their_equals_sign():
    assert words_after("ascan x 0 1 10 0.1 se") == ("settle=",)
    assert words_after("RE(ascan(x, 0, 1, 10, 0.1, se") == ("settle=",)


def test_choices_of_an_argument_and_of_an_option_are_offered():
    assert words_after("show p") == ("peak",)
    assert words_after("show style=n") == ("narrow",)


@pytest.mark.parametrize(
    "before", ["", "asc", "foo th", "foo(th", "x.", "ascan x 0;", "[th", "umv"]
)
def test_elsewhere_nothing_is_offered(before):
    assert words_after(before) == ()


@given(st.text(max_size=30))
def test_any_text_is_looked_at_without_an_error(text):
    offered(f"ascan {text}", VOCABULARY, DEVICES)
    offered(f"RE(ascan({text}", VOCABULARY, DEVICES)
    place_of(text, VOCABULARY)
