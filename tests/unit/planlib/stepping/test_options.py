import math

import pytest

from planlib.errors import PlanError
from planlib.stepping.hooks import NO_HOOKS
from planlib.stepping.options import RunOptions, ScanOptions, read_options
from planlib.stepping.scan import Pace, Retry


def refused(**options):
    with pytest.raises(PlanError) as refusal:
        read_options("ascan", options)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_no_options_are_none():
    fields = read_options("ascan", {})
    assert fields["pace"] == Pace()
    assert fields["hooks"] is NO_HOOKS
    assert fields["metadata"] == {}


def test_every_option_is_explained():
    for name in ScanOptions.__annotations__.keys() - RunOptions.__annotations__:
        assert f"\n    {name}\n" in (ScanOptions.__doc__ or "")
    for hint in RunOptions.__annotations__.values():
        (said,) = hint.__metadata__
        assert said.endswith(".")


def test_settle_sleep_and_period_are_three_things():
    """SC-05."""
    fields = read_options("ascan", {"settle": 0.1, "sleep": 0.2, "period": 2})
    assert fields["pace"] == Pace(settle=0.1, sleep=0.2, period=2)


@pytest.mark.parametrize("name", ["settle", "sleep", "period"])
@pytest.mark.parametrize("bad", [-1, math.nan, math.inf, "1", True], ids=repr)
def test_impossible_waits_are_refused(name, bad):
    """U2."""
    assert f"the {name} time must be" in refused(**{name: bad})


def test_an_unknown_option_is_answered_with_the_one_that_was_meant():
    """U3."""
    assert refused(snak=True) == "ascan takes no snak; it takes " + ", ".join(
        ScanOptions.__annotations__
    )
    assert refused(setle=1) == "ascan takes no setle; did you mean settle?"


@pytest.mark.parametrize("bad", ["home", 3, [], True], ids=repr)
def test_an_impossible_after_is_refused(bad):
    assert "stay, return, or go to peak, cen or com" in refused(after=bad)


@pytest.mark.parametrize("bad", [3, ["It > 1"], True], ids=repr)
def test_an_impossible_until_is_refused(bad):
    assert 'until is text such as "It > 1e5"' in refused(until=bad)


def test_columns_are_names_or_what_stands_where_nothing_was_filled():
    assert read_options("ascan", {"columns": {"a": 1, "b": math.nan}})["columns"]["a"] == 1
    assert math.isnan(read_options("ascan", {"columns": ["a"]})["columns"]["a"])
    assert list(read_options("ascan", {"columns": "a"})["columns"]) == ["a"]


@pytest.mark.parametrize("bad", [3, ["a b"], [1], {"a": "x"}, {"a": math.inf}], ids=repr)
def test_impossible_columns_are_refused(bad):
    assert "column" in refused(columns=bad) or "what stands in" in refused(columns=bad)


def test_retry_is_a_number_for_each_kind_of_trouble():
    retry = read_options("ascan", {"retry": 3})["retry"]
    assert (retry.short_counts, retry.lost_connection) == (3, 3)
    assert read_options("ascan", {"retry": Retry(short_counts=1)})["retry"].short_counts == 1
    assert read_options("ascan", {"retry": {"short_counts": 1}})["retry"] == Retry(short_counts=1)


@pytest.mark.parametrize("bad", [-1, 1.5, True, "3", {"often": 1}], ids=repr)
def test_an_impossible_retry_is_refused(bad):
    assert "retry is how often to repeat a point" in refused(retry=bad)


def test_what_is_recorded_can_be_read(x, detector):
    assert read_options("ascan", {"record": [x, detector]})["record"] == [x, detector]
    assert read_options("ascan", {"record": x})["record"] == [x]
    assert "cannot be read" in refused(record=["x"])


@pytest.mark.parametrize("bad", [3, print, "pre_scan", []], ids=repr)
def test_what_are_no_hooks_is_refused(bad):
    assert "hooks are given as in hooks=Hooks(pre_point=...)" in refused(hooks=bad)


def test_metadata_are_checked():
    """U7."""
    assert "the engine itself writes uid" in refused(md={"uid": "mine"})


@pytest.mark.parametrize(
    "bad",
    [
        *({"short_counts": -1}, {"short_counts": 1.5}, {"lost_connection": True}),
        *({"patience": float("nan")}, {"patience": -1}, {"patience": None}),
    ],
    ids=str,
)
def test_a_retry_that_cannot_be_meant_is_refused_in_a_sentence(bad):
    with pytest.raises(PlanError, match=r"retry .*not") as refusal:
        Retry(**bad)
    assert "\n" not in str(refusal.value)


def test_title_name_and_what_else_is_known_are_metadata():
    fields = read_options(
        "ascan",
        {"title": "foil", "name": "xanes", "scan_info": {"foil": 3}, "md": {"sample": "Cu"}},
    )
    assert fields["metadata"] == {
        "title": "foil",
        "scan_name": "xanes",
        "scan_info": {"foil": 3},
        "sample": "Cu",
    }


@pytest.mark.parametrize(("save", "told"), [(False, {"save": False}), (True, {}), (None, {})])
def test_only_what_is_not_saved_is_said(save, told):
    assert read_options("ascan", {"save": save})["metadata"] == told


@pytest.mark.parametrize("option", ["title", "name"])
@pytest.mark.parametrize("bad", ["", "  ", 3, "two\nlines"], ids=repr)
def test_a_title_is_a_text_of_one_line(option, bad):
    assert f"the {option} of a scan is a text of one line" in refused(**{option: bad})


@pytest.mark.parametrize("bad", [3, "foil 3", [1]], ids=repr)
def test_an_impossible_scan_info_is_refused(bad):
    assert "scan_info are names and values" in refused(scan_info=bad)


@pytest.mark.parametrize("bad", [0, "no", 1], ids=repr)
def test_an_impossible_save_is_refused(bad):
    assert "save is True or False" in refused(save=bad)
