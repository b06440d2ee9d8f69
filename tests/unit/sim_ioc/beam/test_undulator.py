"""The undulator as a part: energies become gaps."""

import pytest
from pydantic import ValidationError

from sim_ioc.beam.undulator import InsertionDevice, UndulatorSettings
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import now, simulate


def with_undulator(scenario, **settings):
    async def main():
        device = InsertionDevice(UndulatorSettings(**settings), virtual_site())
        await scenario(device)
        return device

    return simulate(main())


async def nothing(_):
    """Leave it alone."""


def test_built_in_undulator_has_its_third_harmonic_in_the_middle_of_the_copper_scan():
    values = with_undulator(nothing).group.values
    assert values["energy_RBV"] == pytest.approx(9300.0, abs=1.0)
    assert values["energy"] == values["energy_RBV"]
    assert values["K"] == pytest.approx(0.87, abs=0.01)


def test_energy_moves_the_gap_and_completes_when_it_is_there():
    async def scenario(device):
        await caput(device.group, "energy", 7112.0)
        assert now() > 1.0
        assert device.gap.values["DMOV"] == 1

    device = with_undulator(scenario)
    assert device.group.number("energy_RBV") == pytest.approx(7112.0, abs=1.0)
    assert device.gap.number("RBV") < 9.534


@pytest.mark.parametrize("energy", [100.0, 3000.0, 12_820.0, 90e3, -5.0])
def test_energy_that_the_gap_does_not_reach_is_refused_and_nothing_moves(energy):
    async def scenario(device):
        with pytest.raises(PutRefusedError, match=r"ask for 3905 to 12755 eV, or choose another"):
            await caput(device.group, "energy", energy)

    assert with_undulator(scenario).gap.number("VAL") == 9.534


def test_new_harmonic_shows_its_energy_where_the_gap_is():
    async def scenario(device):
        await caput(device.group, "harmonic", 5)

    device = with_undulator(scenario)
    assert device.group.number("energy_RBV") == pytest.approx(5 / 3 * 9300.0, abs=2.0)
    assert device.group.number("energy_low") == pytest.approx(5 / 3 * 4000, rel=0.05)
    assert device.gap.number("VAL") == 9.534


@pytest.mark.parametrize("harmonic", [0, 2, 17, -1])
def test_harmonic_that_is_not_on_axis_is_refused(harmonic):
    async def scenario(device):
        with pytest.raises(PutRefusedError, match="an odd number up to 15"):
            await caput(device.group, "harmonic", harmonic)

    assert with_undulator(scenario).group.values["harmonic"] == 3


def test_range_of_energies_is_that_of_the_gap():
    group = with_undulator(nothing).group
    low, high = group.limits(group.fields["energy"])
    assert (low, high) == pytest.approx((3905.0, 12_755.0), abs=1.0)


def test_ring_of_more_energy_gives_more():
    async def scenario(device):
        device.join(6.0)

    values = with_undulator(scenario).group.values
    assert values["energy_RBV"] == pytest.approx(4 * 9300.0, abs=4.0)


def test_gap_out_of_its_own_reach_is_refused():
    with pytest.raises(ValidationError, match="not between smallest_gap"):
        UndulatorSettings(gap=4.0)
