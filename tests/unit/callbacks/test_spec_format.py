"""Single lines of a SPEC file."""

import locale
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import spec_format as spec


@given(st.floats(allow_nan=False))
def test_every_float_survives_its_text(value):
    assert float(spec.number(value)) == value


@given(st.integers())
def test_integers_stay_integers(value):
    assert spec.number(value) == str(value)


@pytest.mark.parametrize("value", [None, "text", math.nan, np.nan, [1.0], {}])
def test_what_is_no_number_is_written_as_nan(value):
    assert spec.number(value) == "NaN"


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "1"), (np.int64(3), "3"), (np.float64(0.1), "0.1"), (-math.inf, "-1e999")],
)
def test_numbers_of_other_kinds_are_numbers(value, text):
    assert spec.number(value) == text


def test_date_is_english_with_two_digit_day():
    text = spec.spec_date(1762000000.0)
    assert len(text) == 24
    assert text[8:10].isdigit()
    assert text.split()[1] in {"Oct", "Nov"}


def test_date_does_not_follow_the_locale():
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in locale.locale_alias.values():
            if name.startswith(("de_", "fr_")):
                try:
                    locale.setlocale(locale.LC_TIME, name)
                except locale.Error:
                    continue
                break
        assert spec.spec_date(1763719200.0)[:3] in {"Fri", "Sat", "Thu"}
    finally:
        locale.setlocale(locale.LC_TIME, before)


@given(st.text())
def test_any_text_stays_on_one_line(text):
    line = spec.one_line(text)
    assert line.isprintable()
    assert len(line.splitlines()) <= 1
    line.encode("utf-8")


@given(st.text())
def test_labels_hold_no_white_space(text):
    assert len(spec.label(text).split()) == 1


def test_motors_are_eight_per_line_with_two_spaces_between():
    lines = spec.position_lines({f"m{i}": i / 10 for i in range(10)}).splitlines()
    assert lines[0] == "#O0 " + "  ".join(f"m{i}" for i in range(8))
    assert lines[1] == "#O1 m8  m9"
    assert lines[2] == "#o0 " + " ".join(f"m{i}" for i in range(8))
    assert lines[4] == "#P0 0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7"
    assert lines[5] == "#P1 0.8 0.9"


@pytest.mark.parametrize(
    ("count_time", "line"),
    [
        (0.1, "#T 0.1  (Seconds)\n"),
        (-1000, "#M 1000  (MonitorCounts)\n"),
        (None, ""),
        (math.nan, ""),
        ("1", ""),
    ],
)
def test_preset_is_seconds_or_monitor_counts(count_time, line):
    assert spec.preset_line(count_time) == line


FILE = "#F f\n#E 5\n\n#S 1  a\n#MD uid = one\n1 2\n\n#S 2  b\n#MD uid = two\n3 4\n"


@pytest.mark.parametrize("cut", range(len(FILE)))
def test_healed_text_ends_blocks_wherever_it_was_torn(cut):
    whole = spec.healed(FILE[:cut])
    assert spec.healed(whole) == whole
    assert not whole or whole.endswith("\n\n")
    data = [line for line in whole.splitlines() if line and line[0] != "#"]
    assert set(data) <= {"1 2", "3 4"}
