"""The monochromator as a part: its axes stand for an energy, its crystals may be others."""

import pytest
from pydantic import ValidationError

from sim_ioc.beam.monochromator import Monochromator, MonochromatorSettings
from tests.unit.sim_ioc.beam.clients import virtual_site
from tests.unit.sim_ioc.virtual_time import simulate


def axes(**settings):
    async def main():
        site = virtual_site()
        return Monochromator(MonochromatorSettings(**settings), site).place_at(0.0)

    return simulate(main())


# Si(111), d = 3.13555 Å, h = 25 mm: eV, degrees, mm, mm (worked out from λ = 2 d sin θ)
@pytest.mark.parametrize(
    ("energy", "place"),
    [
        (8950.0, (12.7620, 12.81662, 56.5862)),
        (8979.0, (12.7201, 12.81450, 56.7695)),
        (9000.0, (12.6899, 12.81298, 56.9023)),
        (9600.0, (11.8848, 12.77383, 60.6958)),
    ],
)
def test_axes_stand_where_the_energy_wants_them(energy, place):
    assert axes(energy=energy) == pytest.approx(place, abs=6e-5)


def test_si_311_stands_steeper():
    # d = 5.43093 Å/√11 = 1.63749 Å: sin θ = 12398.42/(2 · 1.63749 · 9000)
    assert axes(crystal="Si(311)")[0] == pytest.approx(24.8752, abs=1e-3)


def test_spacing_may_be_given():
    assert axes(spacing=6.2711, energy=4500.0)[0] == pytest.approx(12.6899, abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"energy": 1900.0}, "cannot be reflected"),
        ({"energy": 2100.0}, "out of their reach"),
        ({"energy": 100e3}, "out of their reach"),
        ({"energy": 9000.0, "exit_height": 2.0}, "greater than or equal to 20.5"),
    ],
)
def test_energy_out_of_reach_is_refused_with_the_reason(wrong, words):
    with pytest.raises(ValidationError, match=words):
        MonochromatorSettings(**wrong)
