"""Certified results of the statistical reference data sets of NIST (StRD), Gauss1 to Gauss3.

The files in ``data`` are those of NIST, which are in the public domain: B. Rust, NIST (1996),
https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml; these copies are from the folder
NIST_STRD of lmfit/lmfit-py at fe389bbbd1fe936cd73742bd81fc6fce7ac92858.
"""

import math
from pathlib import Path

import numpy as np
import pytest

from reduction.model_fits import fit

DATA = Path(__file__).parent / "data"
SETS = ("Gauss1", "Gauss2", "Gauss3")
MODEL = "exponential + gaussian + gaussian"
PEAKS = ("gaussian1", "gaussian2")


def read(name):
    """Give x, y and the four columns of b1 to b8: two starts, certified values, deviations."""
    lines = (DATA / f"{name}.dat").read_text().splitlines()
    numbers = np.array([[float(n) for n in line.split("=")[1].split()] for line in lines[40:48]])
    y, x = np.array([[float(n) for n in line.split()] for line in lines[60:310]]).T
    return x, y, numbers.T


def ours(b):
    """Say in our parameters what NIST says: b1·exp(-b2·x) and b3·exp(-(x - b4)²/b5²)."""
    values = {"exponential_amplitude": b[0], "exponential_decay": 1 / b[1]}
    for name, (height, center, width) in zip(PEAKS, (b[2:5], b[5:8]), strict=True):
        values |= {
            f"{name}_amplitude": height * width * math.sqrt(math.pi),
            f"{name}_center": center,
            f"{name}_sigma": width / math.sqrt(2),
        }
    return values


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", SETS)
def test_certified_parameters_are_found_to_six_digits(name, start):
    x, y, numbers = read(name)
    found = fit(x, y, MODEL, start=ours(numbers[start]))
    for parameter, value in ours(numbers[2]).items():
        assert found[parameter].value == pytest.approx(value, rel=5e-7), parameter


@pytest.mark.parametrize("name", SETS)
def test_certified_deviations_are_found_to_four_digits(name):
    x, y, numbers = read(name)
    found, deviations = fit(x, y, MODEL, start=ours(numbers[0])), numbers[3]
    certified = {"exponential_amplitude": deviations[0]}
    for peak, (height, center, width) in zip(PEAKS, (deviations[2:5], deviations[5:]), strict=True):
        certified |= {f"{peak}_center": center, f"{peak}_sigma": width / math.sqrt(2)}
        certified[f"{peak}_height"] = height
    for parameter, deviation in certified.items():
        assert found[parameter].error == pytest.approx(deviation, rel=1e-4), parameter


@pytest.mark.parametrize(
    ("name", "squares"),
    [("Gauss1", 1315.8222432), ("Gauss2", 1247.5282092), ("Gauss3", 1244.4846360)],
)
def test_the_certified_sum_of_squares_is_left(name, squares):
    x, y, numbers = read(name)
    found = fit(x, y, MODEL, start=ours(numbers[1]))
    assert found.chi_square == pytest.approx(squares, rel=1e-9)


def test_the_easiest_set_is_solved_without_a_start():
    x, y, numbers = read("Gauss1")
    found = fit(x, y, MODEL)
    for parameter, value in ours(numbers[2]).items():
        assert found[parameter].value == pytest.approx(value, rel=5e-7), parameter
