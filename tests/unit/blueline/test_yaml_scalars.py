"""What words without quotes mean."""

import pytest

from blueline.yaml_scalars import meaning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-5", -5),
        ("+5", 5),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("2.", 2.0),
        ("1.0e+5", 1e5),
        ("1.0e-05", 1e-5),
        ("y", "y"),
        ("n", "n"),
        ("BL:m1", "BL:m1"),
        ("13IDA:m1", "13IDA:m1"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("Si(111)", "Si(111)"),
        ("None", "None"),
        ("127.0.0.1:5577", "127.0.0.1:5577"),
    ],
)
def test_a_word_means_what_every_reader_takes_it_for(text, value):
    found = meaning(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("NO", "no", "Yes", "on", "Off", "TRUE", "False"),
        *("010", "-010", "00", "0x1F", "0o17", "0b11", "1_000"),
        *("1e5", "1E5", "1.0e5", "-1e-5", "1.e9"),
        *("12:30:00", "1:30", "190:20:30.15", "2024-01-01", "2024-01-01T10:00:00Z"),
        *(".inf", "-.inf", ".nan", ".NaN", "=", "<<", "1.0e+999"),
        "9" * 41,
    ],
)
def test_a_word_that_readers_take_for_different_things_is_refused(text):
    with pytest.raises(ValueError, match=r".+ "):
        meaning(text)


def test_the_sentence_about_a_long_number_is_short():
    with pytest.raises(ValueError, match="digits") as caught:
        meaning("1" * 100_000)
    assert len(str(caught.value)) < 100
