import numpy as np
import pytest

from devices.axes.tracked_energy import TrackedEnergy
from planlib.errors import PlanError
from planlib.trajectories import DEFAULT_REGIONS, Region, xafs_trajectory
from planlib.xafs import edge_energy, move_to_edge, xafs
from tests.unit.devices.soft_stage import soft

REGIONS = [
    Region(10, 12, step=1, time=0.1),
    Region(12, 13, step=0.5, time=0.2),
    Region(13, 20, k_step=0.5, time=0.2, final_time=0.4),
]


def test_copper_k_edge_is_at_8979_ev():
    assert edge_energy("Cu") == pytest.approx(8979, abs=0.5)


@pytest.mark.parametrize(("element", "edge"), [("Xx", "K"), ("Cu", "Q"), ("H", "L3")])
def test_unknown_edge_is_refused_in_a_sentence(element, edge):
    with pytest.raises(PlanError, match="no"):
        edge_energy(element, edge)


def test_energies_and_count_times_are_those_of_the_regions(engine, documents, x, detector):
    engine(xafs(x, REGIONS, detector, e0=12.0))
    moved = [doc["data"]["x_setpoint"] for name, doc in documents if name == "event"]
    assert moved[:4] == [10, 11, 12, 12.5]
    assert moved == x.targets
    assert [policy.seconds for policy in detector.policies][:2] == [0.1, 0.2]


def test_an_undulator_follows_the_energy_at_each_point(engine, documents, detector):
    """ES-64."""
    mono = soft("mono", 12.0, (5.0, 100.0), "eV")
    gap = soft("gap", 20.0, (5.0, 50.0))
    table = [(10.0, 20.0), (20.0, 25.0), (40.0, 27.0)]
    energy = TrackedEnergy(name="energy", energy=mono, followers={"gap": (gap, table)})
    engine(xafs(energy, REGIONS, detector, e0=12.0))
    visited = [doc["data"] for name, doc in documents if name == "event"]
    energies = [each["energy_setpoint"] for each in visited]
    expected = np.interp(energies, *np.transpose(table))
    assert [each["gap"] for each in visited] == pytest.approx(expected)
    assert energies[:4] == [10, 11, 12, 12.5]


def test_start_document_says_edge_derived_column_and_default_plot(
    engine, documents, x, make_detector
):
    engine(xafs(x, REGIONS, make_detector("I0"), make_detector("It"), element="Cu", e0=12.0))
    start = documents[0][1]
    assert (start["element"], start["edge"], start["edge_energy"]) == ("Cu", "K", 12.0)
    assert start["derived"]["mu"]["expression"] == "log(I0/It)"
    assert start["plot"] == {"x": "x", "y": ["mu"]}
    assert "count_time" not in start


def test_without_i0_and_it_nothing_is_derived(engine, documents, x, detector):
    engine(xafs(x, REGIONS, detector, e0=12.0))
    assert not {"derived", "plot"} & documents[0][1].keys()


@pytest.mark.parametrize(("element", "edge"), [(29, "K"), ("Cu", None)])
def test_an_edge_that_is_no_text_is_refused_in_a_sentence(element, edge):
    with pytest.raises(PlanError, match='an edge is named as in "Cu", "K"'):
        edge_energy(element, edge)


def test_one_region_without_a_list_is_refused_in_a_sentence(x, detector):
    with pytest.raises(PlanError, match="given as a list"):
        next(xafs(x, REGIONS[0], detector))


def test_edge_is_looked_up_for_an_element(engine, documents, x, detector):
    engine(xafs(x, REGIONS[:2], detector, element="Cu"))
    assert documents[0][1]["edge_energy"] == pytest.approx(8979, abs=0.5)


def test_regions_in_k_without_edge_are_refused_before_anything_moves(x, detector):
    with pytest.raises(PlanError, match="needs an edge energy"):
        next(xafs(x, REGIONS, detector))
    assert x.targets == []


def test_energies_beyond_the_limits_are_refused_before_anything_moves(x, detector):
    with pytest.raises(Exception, match="its limits are -100 to 100"):
        next(xafs(x, [Region(90, 110, step=1)], detector))
    assert x.targets == []


def test_without_regions_the_scan_goes_from_100_ev_below_to_500_ev_above(x, detector):
    """ES-61."""
    seen = []

    class Far(type(x)):
        def check_value(self, position):
            seen.append(position)

    next(xafs(Far(name="energy"), DEFAULT_REGIONS, detector, e0=8979.0))
    assert (min(seen), max(seen)) == (8879.0, 9479.0)


def test_regions_end_with_breakpoints():
    """ES-06."""
    regions = [Region(0, 2, step=1), Region(2, 3, step=0.5)]
    assert xafs_trajectory(regions).breakpoints == (1, 3)


def test_move_to_edge_goes_to_the_edge(engine):
    from ophyd.sim import SynAxis

    energy = SynAxis(name="energy")
    engine(move_to_edge(energy, "Cu", above=50))
    assert energy.readback.get() == pytest.approx(8979 + 50, abs=1)


def test_regions_relative_to_an_edge_ask_for_it_by_its_arguments(x, detector):
    with pytest.raises(PlanError, match="name it by element='Cu' or by e0="):
        next(xafs(x, DEFAULT_REGIONS, detector))


def test_an_edge_energy_that_is_text_is_refused(x, detector):
    with pytest.raises(PlanError, match="e0, must be a finite number, not the text '8979'"):
        next(xafs(x, DEFAULT_REGIONS, detector, e0="8979"))
