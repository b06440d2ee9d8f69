"""Tables as wide as a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from blueline.shell.tables import blocks, cut, table, wrapped

texts = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=30)


@given(st.lists(st.tuples(texts, texts, texts), max_size=6), st.integers(20, 120))
def test_no_line_is_wider_than_the_terminal(rows, width):
    lines = table(["axis", "user", "channel"], rows, width, ("channel",)).split("\n")
    assert all(len(line) <= width for line in lines)
    assert len(lines) == 1 + len(rows)


def test_a_text_gives_way_before_a_number_does():
    row = ["x", "-123.4567", "a very long remark that does not fit"]
    line = table(["axis", "user", "remark"], [row], 40, ("remark",)).splitlines()[1]
    assert "-123.4567" in line
    assert line.endswith("…")


def test_a_file_gets_all_of_it():
    remark = "a remark" * 40
    assert remark in table(["axis", "remark"], [["x", remark]], None, ("remark",))


def test_numbers_stand_below_each_other():
    text = table(["axis", "user"], [["x", "1.00"], ["y", "-10.00"]])
    assert text.splitlines() == ["axis    user", "x       1.00", "y     -10.00"]


def test_columns_that_do_not_fit_go_into_another_block():
    columns = [[f"m{index}", "1.0"] for index in range(4)]
    text = blocks(columns, ["", "user"], 16)
    assert [part.splitlines()[0].split() for part in text.split("\n\n")] == [
        ["m0", "m1"],
        ["m2", "m3"],
    ]


def test_a_column_that_fits_nowhere_has_a_block_of_its_own():
    text = blocks([["a long heading", "1"], ["b", "2"]], ["", "user"], 10)
    assert all(len(line) <= 10 for line in text.splitlines())
    assert len(text.split("\n\n")) == 2


def test_a_cut_text_says_that_it_was():
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"


def test_no_words_are_no_lines():
    assert wrapped([], 80) == ""
