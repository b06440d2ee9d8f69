"""What a saved position says of itself."""

import pytest

from blueline.positions import PositionError, SavedPosition


@pytest.fixture
def saved():
    positions = {"x": 1.5, "slit": {"low": -1.0, "high": 1.0}, "shutter": "open", "filters": [1, 2]}
    return SavedPosition("sample", "aligned", positions, positions, {"x": "mm"}, note="on the foil")


def test_positions_are_said_with_their_units(saved):
    assert saved.said() == "x 1.5 mm, slit low=-1 high=1, shutter open, filters [1, 2]"


def test_a_line_has_the_day_the_name_and_the_note(saved):
    assert str(saved).endswith("aligned: " + saved.said() + " (on the foil)")


def test_what_is_kept_makes_it_again(saved):
    assert SavedPosition("sample", "aligned", **saved.kept()) == saved


def test_devices_may_be_left_out(saved):
    assert list(saved.without({"slit", "x"}).positions) == ["shutter", "filters"]


@pytest.mark.parametrize("left_out", [{"z"}, {"x", "slit", "shutter", "filters"}], ids=["z", "all"])
def test_devices_that_it_has_not_and_all_of_them_cannot_be_left_out(saved, left_out):
    with pytest.raises(PositionError, match="leave out some of x, slit"):
        saved.without(left_out)
