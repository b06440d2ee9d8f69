import pytest

from planlib.dryrun.volume import NUMBER_BYTES, field_bytes, require_room, said_bytes
from planlib.errors import PlanError


@pytest.mark.parametrize(
    ("key", "size"),
    [
        ({"dtype": "number", "shape": []}, 0),
        ({"dtype": "array", "shape": [2048], "dtype_numpy": "<i4"}, 2048 * 12),
        ({"shape": [5, 100, 200], "dtype_numpy": "<u2", "external": "STREAM:"}, 200_000),
        ({"shape": [10], "external": "FILESTORE:"}, 80),
        ({"shape": [None, 10], "dtype_numpy": "|u1", "external": "STREAM:"}, 10),
    ],
    ids=["number", "array", "frames", "unknown type", "unknown length"],
)
def test_fields_take_what_their_shape_and_type_say(key, size):
    assert field_bytes(key) == NUMBER_BYTES + size


def test_the_last_tenth_of_a_disk_is_not_written_to():
    assert require_room(79, 100) == ""
    assert "nearly full" in require_room(85, 100)
    with pytest.raises(PlanError, match="the data take about 91 B, and 100 B are free: make room"):
        require_room(91, 100)


def test_what_nobody_knows_is_not_refused():
    assert require_room(None, 1) == require_room(10**15, None) == ""


@pytest.mark.parametrize(("size", "said"), [(1.5e12, "1.5 TB"), (2e9, "2 GB"), (999, "999 B")])
def test_sizes_are_said_in_fitting_units(size, said):
    assert said_bytes(size) == said
