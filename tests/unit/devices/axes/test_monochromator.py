import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.monochromator import FixedExit, MonochromatorEnergy
from devices.axes.pseudo_motor import PseudoMotor
from devices.errors import FormulaError, OutOfLimitsError
from tests.unit.devices.soft_stage import go, soft

#: Energy (eV), Bragg angle (degrees), gap and translation (mm) for an exit height of 25 mm and
#: Si(111) of 3.13555 Å: acquisition 10.1.
KNOWN = [
    (8950.0, 12.7620, 12.81662, 56.5862),
    (8979.0, 12.7201, 12.81450, 56.7695),
    (9000.0, 12.6899, 12.81298, 56.9023),
    (9600.0, 11.8848, 12.77383, 60.6958),
]
#: The same monochromator by formulas.
FORMULAS = {
    "bragg": "degrees(asin(hc / (2 * d * T[energy])))",
    "gap": "h / (2 * cos(radians(T[bragg])))",
    "translation": "h / (2 * sin(radians(T[bragg])))",
}
CONSTANTS = {"hc": 12398.419843, "d": 3.13555, "h": 25.0}
LIMITS = {"bragg": (3.0, 65.0), "gap": (5.0, 40.0), "translation": (10.0, 300.0)}


def axes(**limits):
    units = {"bragg": "deg", "gap": "mm", "translation": "mm"}
    return {n: soft(n, 20.0, limits.get(n, LIMITS[n]), units[n]) for n in units}


def by_class(**limits):
    return MonochromatorEnergy(name="energy", **axes(**limits))


def by_formulas(**limits):
    return PseudoMotor(
        name="energy",
        reals=axes(**limits),
        forward=FORMULAS,
        inverse="hc / (2 * d * sin(radians(A[bragg])))",
        egu="eV",
        constants=CONSTANTS,
    )


both = pytest.mark.parametrize("make", [by_class, by_formulas])
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


# --- crystals that are not where their axes have zero (ES-64)


def test_offsets_are_what_the_axes_say_beyond_the_true_angle_and_gap():
    energy = np.asarray([9000.0])
    true = FixedExit().forward(energy)
    mounted = FixedExit(theta_offset=0.25, height_offset=-0.5).forward(energy)
    assert mounted["bragg"] == pytest.approx(true["bragg"] + 0.25)
    assert mounted["gap"] == pytest.approx(true["gap"] - 0.5)
    assert mounted["translation"] == pytest.approx(true["translation"])


@given(energies, st.floats(-2, 2), st.floats(-5, 5))
def test_an_energy_comes_back_whatever_the_offsets(energy, theta, height):
    formula = FixedExit(theta_offset=theta, height_offset=height)
    reals = {name: float(v[0]) for name, v in formula.forward(np.asarray([energy])).items()}
    assert formula.inverse(reals) == pytest.approx(energy, rel=1e-9)


@given(energies, st.floats(3, 60))
def test_a_calibrated_formula_has_the_known_energy_where_it_was_found(energy, bragg):
    formula = FixedExit(height_offset=0.5).calibrated(energy, bragg)
    assert float(formula.inverse({"bragg": bragg})) == pytest.approx(energy, rel=1e-9)
    assert formula.height_offset == 0.5


@pytest.mark.parametrize(
    "wrong",
    [{"exit_height": 0}, {"spacing": -1.0}, {"theta_offset": np.nan}, {"height_offset": "1"}],
    ids=str,
)
def test_what_no_crystals_can_have_is_refused(wrong):
    (name,) = wrong
    with pytest.raises(FormulaError, match=f"the {name} of a monochromator is a number"):
        FixedExit(**wrong)


def test_the_device_goes_where_the_offsets_say():
    mono = MonochromatorEnergy(name="energy", formula=FixedExit(theta_offset=0.25), **axes())
    go(mono, 9000.0)
    assert mono.reals["bragg"].position == pytest.approx(12.690 + 0.25, abs=5e-4)
    assert mono.position == pytest.approx(9000.0)


# --- the device, and the same by formulas


@both
@pytest.mark.parametrize(("energy", "bragg", "gap", "translation"), KNOWN)
def test_the_axes_go_where_the_book_says(make, energy, bragg, gap, translation):
    mono = make()
    go(mono, energy)
    stand = {name: axis.position for name, axis in mono.reals.items()}
    assert stand["bragg"] == pytest.approx(bragg, abs=5e-5)
    assert stand["gap"] == pytest.approx(gap, abs=5e-6)
    assert stand["translation"] == pytest.approx(translation, abs=5e-5)


@both
def test_energies_come_back_within_a_millionth_of_an_electronvolt(make):
    mono = make()
    for energy in np.linspace(5000.0, 20_000.0, 61):
        go(mono, energy)
        assert mono.position == pytest.approx(energy, abs=1e-6)


def test_formulas_and_class_send_the_axes_to_the_same_places():
    first, second = by_class(), by_formulas()
    for energy in np.linspace(5000.0, 20_000.0, 61):
        go(first, energy)
        go(second, energy)
        assert first.position == pytest.approx(second.position, abs=1e-9)
        for name, axis in first.reals.items():
            assert axis.position == pytest.approx(second.reals[name].position, abs=1e-9)


@both
def test_a_limit_on_the_translation_refuses_a_scan_with_axis_energy_and_limit(make):
    mono = make(translation=(10.0, 60.0))
    before = {name: axis.position for name, axis in mono.reals.items()}
    expected = (
        r"^energy cannot go to 9500 eV: translation would have to go to 60\.0\d+ mm, and its "
        r"limits are 10 to 60 mm$"
    )
    with pytest.raises(OutOfLimitsError, match=expected):
        mono.check_values(np.arange(8900.0, 9700.0, 50.0))
    assert {name: axis.position for name, axis in mono.reals.items()} == before


@both
def test_the_range_of_energies_is_that_of_the_narrowest_axis(make):
    ends = 12398.419843 / (2 * 3.13555 * np.sin(np.radians([65.0, 3.0])))
    assert make().limits == pytest.approx(tuple(ends), rel=1e-9)
    assert make(translation=(10.0, 60.0)).limits[1] == pytest.approx(
        12398.419843 / (2 * 3.13555) * 2 * 60 / 25, rel=1e-9
    )


@both
def test_the_energy_is_in_electronvolts(make):
    assert make().describe()["energy"]["units"] == "eV"


@both
def test_a_thousand_energies_are_checked_at_once(make):
    make().check_values(np.linspace(8900.0, 9900.0, 1000))


def test_an_energy_may_move_a_bragg_angle_that_is_itself_computed():
    motor, gap = soft("theta_motor", 20.0), soft("gap", 20.0)
    bragg = PseudoMotor(
        name="bragg",
        reals={"theta_motor": motor},
        forward={"theta_motor": "T[bragg] - 0.25"},
        inverse="A[theta_motor] + 0.25",
        egu="deg",
    )
    energy = PseudoMotor(
        name="energy",
        reals={"bragg": bragg, "gap": gap},
        forward={name: FORMULAS[name] for name in ("bragg", "gap")},
        inverse="hc / (2 * d * sin(radians(A[bragg])))",
        egu="eV",
        constants=CONSTANTS,
    )
    go(energy, 9000.0)
    assert motor.position == pytest.approx(12.6899 - 0.25, abs=5e-5)
    assert gap.position == pytest.approx(12.81298, abs=5e-6)
    assert energy.position == pytest.approx(9000.0, abs=1e-6)
