"""Models have names, and sums of them parameters that do not clash."""

import pytest

from reduction.errors import ReductionError
from reduction.models import build, free_names, names


@pytest.mark.parametrize("written", ["pseudovoigt", "Pseudo-Voigt", "pseudo voigt", "PSEUDO_VOIGT"])
def test_a_name_may_be_written_in_many_ways(written):
    assert set(free_names(build(written)[0])) == {"amplitude", "center", "sigma", "fraction"}


@pytest.mark.parametrize("name", [name for name in names() if name != "polynomial"])
def test_every_name_is_a_model(name):
    assert build(name)[0].param_names


def test_parts_without_common_names_keep_those_of_lmfit():
    parameters = free_names(build("gaussian + linear")[0])
    assert set(parameters) == {"amplitude", "center", "sigma", "slope", "intercept"}


def test_parts_with_common_names_have_their_own_before_them():
    parameters = build("gaussian + exponential")[0].param_names
    assert "gaussian_amplitude" in parameters
    assert "exponential_amplitude" in parameters


def test_the_same_part_twice_is_numbered():
    parameters = build("gaussian + gaussian + constant")[0].param_names
    assert {"gaussian1_center", "gaussian2_center", "c"} <= set(parameters)


def test_a_polynomial_has_its_degree_with_it():
    assert build("polynomial(3)")[0].param_names == ["c0", "c1", "c2", "c3"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("gausian", "there is no model 'gausian'; there are .*gaussian"),
        ("", "there is no model ''"),
        ("gaussian +", "there is no model ''"),
        ("__import__('os')", "there is no model"),
        ("polynomial", r"write polynomial\(3\)"),
        ("polynomial(9)", "0 to 7"),
        ("gaussian(2)", "only polynomial"),
        ("expression", "there is no model"),
    ],
)
def test_what_is_no_model_is_refused_in_a_sentence(written, why):
    with pytest.raises(ReductionError, match=why):
        build(written)
