"""Names of files are harmless whatever people type, and never those of files that are there."""

import os
import re
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.file_names import (
    DEEPEST,
    LONGEST,
    SLUG_LENGTH,
    fields_of,
    file_name,
    filled,
    first_free,
    followers,
    incremented,
    next_free,
    slug,
)

HOSTILE = [
    "../../x",
    "/etc/passwd",
    "..",
    ".",
    "",
    "CON",
    "con",
    "nul",
    "COM1",
    "a\0b",
    "a\nb",
    "\x1b[31m",
    "😀",
    "a" * 300,
    "-rf",
    "a/b",
    "a\\b",
    "C:evil",
    "~",
    " ",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_a_harmless_slug(text):
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", slug(text))
    assert len(slug(text)) <= SLUG_LENGTH
    assert slug(text).lower() not in {"con", "nul", "com1"}


@given(st.text(st.characters(), max_size=400))
def test_any_slug_is_one_harmless_path_part(text):
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", slug(text))
    assert len(slug(text)) <= SLUG_LENGTH


@given(st.text(max_size=100))
def test_slug_of_a_slug_is_itself(text):
    assert slug(slug(text)) == slug(text)


@given(st.lists(st.text(max_size=80), unique=True, min_size=2, max_size=20))
def test_different_texts_have_different_slugs(texts):
    assert len({slug(text) for text in texts}) == len(texts)


def test_plain_names_stay_as_typed():
    assert slug("Cu_foil-3") == "Cu_foil-3"


anything = st.text(st.characters(), max_size=400) | st.sampled_from(HOSTILE)
#: Text that looks like templates and paths more often than chance would have it.
templates = st.lists(
    st.sampled_from(
        [
            "..",
            "/",
            "{",
            "}",
            "{sample}",
            "{scan_number}",
            "\\0",
            "CON",
            ".",
            "~",
            "{a[0].b!r:>99999}",
        ]
    )
    | anything,
    max_size=12,
).map("".join)


def is_harmless(name):
    stem = name.partition(".")[0].lower()
    return (
        re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]*", name) is not None
        and len(name) <= LONGEST
        and not name.endswith(".")
        and stem not in {"con", "nul", "prn", "aux", "com1", "lpt1"}
    )


@given(anything)
def test_any_text_becomes_one_harmless_file_name(text):
    assert is_harmless(file_name(text))


def test_an_extension_is_kept():
    assert file_name("Cu.foil.dat") == "Cu.foil.dat"
    assert re.fullmatch(r"x-[0-9a-f]{8}\.dat", file_name("../x.dat"))


@given(templates, st.dictionaries(st.sampled_from(["sample", "scan_number", "a"]), anything))
def test_any_template_and_values_give_a_path_inside_the_folder(template, values):
    path = filled(template, values)
    assert not path.is_absolute()
    assert 1 <= len(path.parts) <= DEEPEST
    assert all(map(is_harmless, path.parts))
    assert Path(os.path.normpath(Path("/data") / path)).is_relative_to("/data")


def test_a_template_is_filled():
    values = {"user": "Ada", "sample": "Cu foil", "scan_number": "0003"}
    assert str(filled("{user}/raw/cu_{scan_number}", values)) == "Ada/raw/cu_0003"
    assert filled("{sample}", values).name == slug("Cu foil")


def test_a_field_without_a_value_says_so():
    assert str(filled("{proposal}_1", {})) == "no_proposal_1"


@pytest.mark.parametrize("template", ["{", "}", "{a", "a}b", "{0!}"])
def test_what_is_no_template_is_a_name(template):
    assert is_harmless(filled(template, {}).name)
    assert fields_of(template) == frozenset()


@pytest.mark.parametrize(
    ("output", "taken", "name"),
    [
        ("cu.dat", [], "cu_0001.dat"),
        ("cu.dat", ["cu_0001.dat", "cu_0002.dat"], "cu_0003.dat"),
        ("cu_0009.dat", [], "cu_0001.dat"),
        ("cu", ["cu_0001"], "cu_0002"),
        ("cu.dat", ["cu_0001.dat", "cu_0003.dat"], "cu_0002.dat"),
    ],
)
def test_py4syn_takes_the_first_free_number(output, taken, name):
    assert first_free(output, taken.__contains__) == name


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cu.001", "cu.002"),
        ("cu.999", "cu.1000"),
        ("cu.xdi", "cu_001.xdi"),
        ("cu_001.xdi", "cu_002.xdi"),
        ("cu_0099.xdi", "cu_0100.xdi"),
        ("cu_7.xdi", "cu_7_001.xdi"),
        ("cu", "cu_001"),
    ],
)
def test_stepscan_counts_the_number_of_a_name_up(before, after):
    assert incremented(before) == after


def test_a_name_that_is_free_stays():
    assert next_free("cu.001", ["cu.002"].__contains__) == "cu.001"
    assert next_free("cu.001", ["cu.001", "cu.002"].__contains__) == "cu.003"


@given(anything, st.integers(0, 5))
def test_no_numbering_gives_a_name_that_is_taken(text, number):
    for numbering in (first_free, next_free):
        taken = set()
        for _ in range(number):
            taken.add(numbering(text, taken.__contains__))
        assert len(taken) == number
        assert all(map(is_harmless, taken))


def test_what_follows_a_name_is_that_of_no_other_scan_or_day():
    assert list(islice(followers("cu_20261121.spec"), 3)) == [
        "cu_20261121.spec",
        "cu_20261121_002.spec",
        "cu_20261121_003.spec",
    ]
