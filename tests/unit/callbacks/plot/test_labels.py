import pytest

from callbacks.plot.labels import measured, placed


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (1.292784, 0.0041, "1.2928 ± 0.0041"),
        (1201.3, 12.2, "1201 ± 12"),
        (123456.0, 2300.0, "123500 ± 2300"),
        (-0.00001, 0.5, "-0.00 ± 0.50"),
        (2.6, 1e-13, "2.6"),
        (2.6, float("nan"), "2.6"),
        (2.6, 0.0, "2.6"),
    ],
)
def test_values_are_written_to_the_second_digit_of_their_error(value, error, said):
    assert measured(value, error) == said


@pytest.mark.parametrize(
    ("value", "span", "said"),
    [
        (2.506e-5, 2.0, "0.0000"),
        (-1e-9, 2.0, "0.0000"),
        (8979.31234, 300.0, "8979.31"),
        (5, 0, "5"),
    ],
)
def test_places_are_written_to_a_ten_thousandth_of_the_axis(value, span, said):
    assert placed(value, span) == said


def test_units_follow():
    assert measured(1.0, 0.1, "mm") == "1.00 ± 0.10 mm"
    assert placed(1.0, 10.0, "mm") == "1.0000 mm"
