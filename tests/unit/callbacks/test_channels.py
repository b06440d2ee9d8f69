"""What the channels of a spectrum mean is read from the configuration of their detector."""

import numpy as np
import pytest

from callbacks.channels import channels_of

LINE = {"mca_offset": 5.0, "mca_slope": 10.0, "mca_quadratic": 0.0}


def described(settings, key="mca", owner="mca"):
    return {
        "data_keys": {key: {"object_name": owner}},
        "configuration": {owner: {"data": settings, "data_keys": {"mca_slope": {"units": "keV"}}}},
    }


def test_channels_have_energies_from_the_first_one_that_is_recorded():
    found = channels_of(described(LINE | {"mca_first_channel": 800}), "mca")
    assert found.energies(3).tolist() == [8005, 8015, 8025]
    assert found.units == "keV"


def test_a_detector_in_a_group_has_its_settings_among_those_of_the_group():
    found = channels_of(described(LINE, owner="group"), "mca")
    assert found.energies(2).tolist() == [5, 15]


@pytest.mark.parametrize(
    "settings",
    [{}, LINE | {"mca_slope": 0.0}, LINE | {"mca_offset": np.nan}, LINE | {"mca_slope": "ten"}],
    ids=["none", "no slope", "not a number", "text"],
)
def test_without_a_calibration_there_are_numbers_alone(settings):
    found = channels_of(described(settings | {"mca_first_channel": 2}), "mca")
    assert found.energies(3) is None
    assert found.numbers(3).tolist() == [2, 3, 4]


@pytest.mark.parametrize(("slopes", "energies"), [([10, 10], [5, 15]), ([10, 11], None)])
def test_a_sum_over_elements_has_energies_where_all_are_calibrated_alike(slopes, energies):
    settings = {"mca_offset": [5.0, 5.0], "mca_slope": slopes, "mca_quadratic": [0.0, 0.0]}
    found = channels_of(described(settings, key="mca_sum"), "mca_sum").energies(2)
    assert found is energies or found.tolist() == energies


def test_what_no_detector_describes_has_numbers():
    assert channels_of({"data_keys": {}}, "mca").numbers(2).tolist() == [0, 1]
