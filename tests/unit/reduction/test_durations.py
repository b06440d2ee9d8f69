import pytest

from reduction.durations import said_seconds


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (59.7, "1 min"), (130, "2 min 10 s"), (3600, "1 h"), (90_000, "1 d 1 h")],
)
def test_durations_are_said_in_two_units(seconds, said):
    assert said_seconds(seconds) == said
