import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.monochromator import FixedExit

energies = st.floats(2500, 100_000)


def test_9000_ev_is_where_the_book_says():
    (bragg,), (gap,), (translation,) = FixedExit().forward(np.asarray([9000.0])).values()
    assert bragg == pytest.approx(12.690, abs=5e-4)
    assert gap == pytest.approx(12.813, abs=5e-4)
    assert translation == pytest.approx(56.902, abs=5e-4)


@given(energies)
def test_the_axes_of_an_energy_say_that_energy(energy):
    reals = {name: float(v[0]) for name, v in FixedExit().forward(np.asarray([energy])).items()}
    assert FixedExit().inverse(reals) == pytest.approx(energy, rel=1e-9)


@given(energies, st.floats(0, 100), st.floats(0, 100))
def test_the_angle_alone_decides_the_energy(energy, gap, translation):
    bragg = float(FixedExit().forward(np.asarray([energy]))["bragg"][0])
    reals = {"bragg": bragg, "gap": gap, "translation": translation}
    assert FixedExit().inverse(reals) == pytest.approx(energy, rel=1e-9)


@given(st.lists(energies, min_size=1, max_size=20))
def test_many_energies_are_computed_as_each_alone(several):
    formula = FixedExit()
    together = formula.forward(np.asarray(several))
    for index, energy in enumerate(several):
        alone = formula.forward(np.asarray([energy]))
        for name, values in together.items():
            assert values[index] == pytest.approx(alone[name][0])


def test_an_energy_that_the_crystal_cannot_reflect_has_no_position_at_all():
    positions = FixedExit().forward(np.asarray([1000.0]))
    assert all(np.isnan(values).all() for values in positions.values())


def test_twice_the_exit_height_is_twice_the_gap():
    energy = np.asarray([9000.0])
    low, high = FixedExit(exit_height=12.5), FixedExit(exit_height=25.0)
    assert high.forward(energy)["gap"] == pytest.approx(2 * low.forward(energy)["gap"])
