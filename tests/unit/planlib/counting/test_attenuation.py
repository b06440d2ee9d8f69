import math

import pytest

from planlib.counting.attenuation import SafeRates
from planlib.errors import PlanError

SAFE = SafeRates(local=1000, total=28_000)


@pytest.mark.parametrize(
    ("local", "total", "expected"),
    [
        (1001, 0, "back"),
        (0, 28_001, "back"),
        (500, 0, "accept"),
        (0, 10_000, "accept"),
        (300, 7000, "open"),
        (100, 7000, "open"),
        (199, 5599, "skip"),
        (math.nan, 100, "back"),
    ],
)
def test_a_level_is_judged_by_both_rates(local, total, expected):
    """Acquisition 5.6: half of the local, 1/2.8 of the global rate; both below a fifth skip one."""
    assert SAFE.decide(local, total) == expected


@pytest.mark.parametrize("bad", [(0, 1), (1, -1), (math.nan, 1)])
def test_rates_that_are_not_above_zero_are_refused(bad):
    with pytest.raises(PlanError, match="above 0"):
        SafeRates(*bad)
