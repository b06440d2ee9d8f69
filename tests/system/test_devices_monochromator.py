"""The photon energy over bragg, gap and translation."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest

from blueline.beamline import COUNTERS
from devices import MonochromatorEnergy, Motor, OutOfLimitsError, Scaler
from tests.waiting import PATIENCE

#: The step of the Bragg motor, 1e-6 degrees, in eV at 9000 eV.
STEP = 1e-3


@pytest.fixture
def energy(instant_ioc, connected):
    names = ("bragg", "gap", "translation")
    axes = {name: connected(Motor(f"I:mono:{name}", name=name)) for name in names}
    made = MonochromatorEnergy(name="energy", **axes)
    yield made
    made.set(9000.0).wait(PATIENCE)


@pytest.fixture
def scaler(instant_ioc, connected):
    return connected(Scaler("I:scaler1", name="scaler", counters=COUNTERS))


def test_at_9000_ev_the_axes_stand_where_the_book_says(energy):
    energy.set(9000).wait(PATIENCE)
    assert energy.reals["bragg"].position == pytest.approx(12.690, abs=5e-4)
    assert energy.reals["gap"].position == pytest.approx(12.813, abs=5e-4)
    assert energy.reals["translation"].position == pytest.approx(56.902, abs=5e-4)


@pytest.mark.parametrize("target", [2300.0, 6000.0, 8979.0, 9000.0, 20_000.0, 35_000.0])
def test_an_energy_is_reached_to_a_step_of_the_motor(energy, target):
    energy.set(target).wait(PATIENCE)
    # the energy of a step grows with the square of the energy
    assert energy.position == pytest.approx(target, abs=STEP * max(1.0, (target / 9000) ** 2))


def test_it_reads_the_energy_in_ev_with_its_setpoint_and_its_axes(energy):
    energy.set(8979.0).wait(PATIENCE)
    assert list(energy.read()) == ["energy", "energy_setpoint", "bragg", "gap", "translation"]
    assert energy.read()["energy_setpoint"]["value"] == 8979.0
    assert energy.describe()["energy"]["units"] == "eV"


def test_only_the_energy_is_hinted_at(energy):
    assert energy.hints == {"fields": ["energy"]}


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (2000.0, r"bragg would have to go to 81\.3\d* deg, and its limits are 3 to 65 deg"),
        (1000.0, "bragg has no position for it"),
    ],
)
def test_an_energy_out_of_reach_is_refused_with_the_axis_in_the_way(energy, target, reason):
    with pytest.raises(OutOfLimitsError, match=f"energy cannot go to .* eV: {reason}"):
        energy.check_value(target)


def test_mv_sets_the_energy(engine, energy):
    engine(bps.mv(energy, 8950))
    assert energy.position == pytest.approx(8950, abs=STEP)


def test_a_scan_over_the_copper_edge_sees_it(engine, documents, energy, scaler, connected):
    y = connected(Motor("I:sample:y", name="y"))
    y.set(0.0).wait(PATIENCE)  # higher up, the holder is in the beam
    engine(bp.scan([scaler], energy, 8930, 9030, 21))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [d["energy"] for d in data] == pytest.approx([8930 + 5 * i for i in range(21)], abs=STEP)
    fluorescence = [d["If"] / d["I0"] for d in data]
    assert min(fluorescence[15:]) > 5 * max(fluorescence[:8])


def test_a_list_scan_visits_the_energies_in_their_order(engine, documents, energy):
    engine(bp.list_scan([], energy, [9000, 8900, 8950]))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [d["energy_setpoint"] for d in data] == [9000, 8900, 8950]
