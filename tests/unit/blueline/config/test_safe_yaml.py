"""YAML is read, or refused with a line, within a second, whatever it is."""

import contextlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blueline.config.errors import ConfigError
from blueline.config.safe_yaml import DEEPEST, LARGEST_FILE, parse, read

HERE = Path("f.yml")
#: Pieces of YAML in an order that nobody has foreseen.
PIECES = st.lists(
    st.sampled_from(
        [
            *("a: ", "- ", "[", "]", "{", "}", ", ", ": ", "? ", "\n", "\n  ", "\n    ", "x"),
            *("&a ", "*a", "!!python/object:os.system ", "!x ", "<<: ", "---\n", "...\n", "%YAML"),
            *('"', "'", "|\n", ">\n", "#", "\t", "1e5", "NO", "010", "\\u0041", "é", "\ufeff"),
        ]
    ),
    max_size=200,
).map("".join)


def sentence(text):
    with pytest.raises(ConfigError) as caught:
        parse(text, HERE)
    return str(caught.value)


def seconds_to_read(text):
    """Give the time that this thread has worked, however busy the machine is."""
    started = time.thread_time()
    with contextlib.suppress(ConfigError):
        parse(text, HERE)
    return time.thread_time() - started


def test_values_know_their_lines():
    root = parse("a: 1\nb:\n  - x\n  - {c: 2.5}\n", HERE)
    assert root.plain() == {"a": 1, "b": ["x", {"c": 2.5}]}
    found, names = root.find(["b", 1, "c"])
    assert (found.line, names) == (4, ["b", "1", "c"])


def test_quoted_words_are_text():
    assert parse("a: '1e5'\nb: \"NO\"\nc: |\n  010\n", HERE).plain() == {
        "a": "1e5",
        "b": "NO",
        "c": "010\n",
    }


def test_channels_need_no_quotes_inside_braces():
    assert parse("{prefix: BL:m1}", HERE).plain() == {"prefix": "BL:m1"}


@given(PIECES)
@example("a: &a [x, x]\nb: &b [*a, *a]\n")
@example("[" * 5000)
@example("{a: " * 5000)
@example("- " * 5000)
@example("")
def test_nothing_but_a_config_error_is_raised_and_soon(text):
    assert seconds_to_read(text) < 1


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_soon(text):
    assert seconds_to_read(text) < 1


@given(data=st.binary(max_size=300))
def test_any_file_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "f.yml"
    path.write_bytes(data)
    with contextlib.suppress(ConfigError):
        read(path)


@pytest.mark.parametrize(
    "unit", ["[", "[],", "{a", "a: b\n", "- ", "'a\n", "&a ", "a: !", "[!a ,", "-\n", "\n", "? "]
)
def test_the_largest_file_takes_less_than_a_second(unit):
    text = unit * (LARGEST_FILE // len(unit))
    assert seconds_to_read(text) < 1


def test_what_stands_twice_is_refused_with_both_lines():
    assert sentence("a: 1\nb: 2\na: 3\n") == "f.yml:3: a stands twice: first in line 1"


def test_all_words_that_mean_two_things_are_told_at_once():
    told = sentence("a: 1e5\nb: NO\nc: 010\nd: 12:30:00\n").splitlines()
    assert [line.split(":")[1] for line in told] == ["1", "2", "3", "4"]
    assert all("quotes" in line for line in told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a:\n\tb: 1\n", "f.yml:2: a tab"),
        ("\ufeffa: 1\n", "f.yml:1: it begins with a byte order mark"),
        ("", "f.yml:1: there is nothing in it"),
        ("# only words\n", "f.yml:1: there is nothing in it"),
        ("a: 1\n---\nb: 2\n", "f.yml:3: a second document"),
        ("a: [1\nb: 2\n", "f.yml:2: this is not YAML: the [ of line 1 is not closed"),
        ("a: {b: 1\nc: 2\n", "f.yml:2: this is not YAML: the { of line 1 is not closed"),
        ('a: "b\nc: 2\n', "f.yml:3: this is not YAML: the quote of line 1 is not closed"),
        ("a:\n  - b: 1\n   c: 2\n", "f.yml:3: this is not YAML: it is indented otherwise"),
        ("a: b: c\n", "f.yml:1: this is not YAML: it does not fit the lines above: a colon too"),
        ("a: 1\nb\nc: 2\n", "f.yml:2: this is not YAML: a key has no colon: write key: value"),
        ("a: 'b' c\n", "f.yml:1: this is not YAML: something stands behind a value"),
        ("a: @b\n", "f.yml:1: this is not YAML: no text begins with @: put it into quotes"),
        ("a: }\n", "f.yml:1: this is not YAML: no value begins with }"),
        ('a: "\\$b"\n', "f.yml:1: this is not YAML: \\$ means nothing in"),
        ("a: -\n  b: 3\n", "f.yml:1: this is not YAML: the first - of a list begins a line"),
        ("%b\na: 1\n", "f.yml:2: this is not YAML: a line that begins with %"),
        ("a: & b\n", "f.yml:1: this is not YAML: there are no anchors and aliases here"),
        ("a: \u201cb\u201d\n", "f.yml:1: \u201c is no quote of YAML: write \" or '"),
        ("\u00a0a: 1\n", "f.yml:1: a character that cannot be printed, U+00A0, a space"),
        ("a: \x07\n", "f.yml:1: a character that cannot be printed, U+0007"),
        ('a: "\\ud800"\n', "f.yml:1: a text with a character that cannot be printed"),
        ('a: "\\x1b[31m"\n', "f.yml:1: a text with a character that cannot be printed"),
        ("a: &x 1\nb: *x\n", "f.yml:1: there are no anchors here: leave &x out"),
        ("a: *x\n", "f.yml:1: there are no aliases here"),
        ("a: !!python/object/apply:os.system ['x']\n", "f.yml:1: values have no tags here"),
        ("a: !!str 1\n", "f.yml:1: values have no tags here: leave !!str out"),
        ("1: a\n", "f.yml:1: a key that is no text"),
        ("[a]: b\n", "f.yml:1: a key that is no text"),
        ("%YAML 1.1\n---\na: NO\n", "f.yml:3: NO is a truth"),
    ],
)
def test_what_is_refused_has_its_line(text, told):
    assert sentence(text).startswith(told)


def test_lists_inside_each_other_end():
    assert f"more than {DEEPEST}" in sentence("[" * 100)


def test_a_file_that_is_too_large_is_not_opened(tmp_path):
    path = tmp_path / "large.yml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    started = time.thread_time()
    with pytest.raises(ConfigError, match="100000000 bytes"):
        read(path)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize("data", [b"\x80\x81", b"a: 1\nb: \xff\n", b"\x1f\x8b\x08\x00"])
def test_what_is_no_text_is_refused(tmp_path, data):
    path = tmp_path / "f.yml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match="UTF-8"):
        read(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe.yml"
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="no file"):
        read(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.yml")
