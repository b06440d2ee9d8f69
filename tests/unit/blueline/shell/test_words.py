import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.shell.words import statements, words

PLAIN = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5)


@given(st.lists(PLAIN))
def test_words_are_parted_by_spaces(parts):
    assert words(" ".join(parts)) == parts


@given(st.lists(PLAIN, min_size=1))
def test_words_are_parted_by_commas_as_well(parts):
    assert words(", ".join(parts)) == parts


@given(st.lists(PLAIN, min_size=1))
def test_statements_are_parted_by_semicolons(parts):
    assert statements(";".join(parts)) == parts


@pytest.mark.parametrize(
    "whole", ["[0, 1, 4]", "(1 + 2)", "{'a': 1}", "'a b'", '"a; b"', "f(x, y)[1]", r"'it\'s a b'"]
)
def test_what_is_in_brackets_or_quotes_is_one_word(whole):
    assert words(f"ct {whole} 3") == ["ct", whole, "3"]
    assert statements(f"ct {whole}; wa") == [f"ct {whole}", "wa"]


def test_a_comment_is_left_out():
    assert statements("umv x 3  # there; and back") == ["umv x 3"]
    assert statements("elog_add '#1'") == ["elog_add '#1'"]


@pytest.mark.parametrize("text", ["ct 'abc", "ct [1, 2", "ct )", "'\\", "", ";;", "#"])
def test_text_that_does_not_end_well_is_split_all_the_same(text):
    assert all(isinstance(word, str) for part in statements(text) for word in words(part))
