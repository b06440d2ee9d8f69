"""What a NeXus file holds is decided without HDF5."""

import math
import subprocess
import sys

import pytest

from callbacks.grid import Axis, grid_of
from callbacks.nexus_items import Constant, Group, Link, Map, Series
from callbacks.nexus_layout import NO_MOTORS, entry_layout, entry_name, iso_time, scan_layout
from tests.unit.callbacks.scan_documents import Scan, mesh, number_key


def layout_of(scan, motors=NO_MOTORS):
    return scan_layout(scan.start(), scan.descriptor(), scan.event(0)["data"], motors)


def test_layout_is_decided_without_h5py():
    code = (
        "import sys, callbacks.nexus_layout, callbacks.spec_file; sys.exit('h5py' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_entry_bears_the_scan_number():
    assert entry_name({"scan_id": 7}) == "7.1"
    assert entry_name({}) == "0.1"


def test_times_have_their_zone():
    assert iso_time(1.7e9)[-6] in "+-"


def test_texts_that_change_have_a_fixed_length():
    lengths = {
        item.path: item.length
        for item in entry_layout(Scan().start())
        if isinstance(item, Constant)
    }
    assert all(lengths[f"/1.1/{name}"] for name in ("end_time", "end_reason", "writer/status"))


def test_no_path_is_used_twice():
    paths = [item.path for item in layout_of(mesh()) if not isinstance(item, Group)]
    assert len(set(paths)) == len(paths)


def test_links_point_at_fields_that_exist():
    items = layout_of(Scan())
    fields = {item.path for item in items if isinstance(item, Series | Constant)}
    assert {item.target for item in items if isinstance(item, Link)} <= fields


def test_default_plot_is_that_of_the_run():
    defaults = [
        item.attributes["default"]
        for item in layout_of(Scan())
        if isinstance(item, Group) and "default" in item.attributes
    ]
    assert defaults == ["plot_mu"]


def test_default_plot_without_a_wish_is_the_first_hinted_counter():
    scan = Scan(extra={"plot": None, "derived": None})
    defaults = [
        item.attributes["default"]
        for item in layout_of(scan)
        if isinstance(item, Group) and "default" in item.attributes
    ]
    assert defaults == ["plot_I0"]


def test_a_mesh_has_maps_with_the_slow_axis_first():
    maps = [item for item in layout_of(mesh(n_x=4, n_y=3)) if isinstance(item, Map)]
    assert {item.grid.shape for item in maps} == {(3, 4)}
    assert [axis.source for axis in maps[0].grid.axes] == ["y", "x"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"shape": [12]},
        {"extents": [[0, 1]]},
        {"extents": [[0, math.nan], [0, 1]]},
        {"hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]], "gridding": "none"}},
        {"hints": {"dimensions": [[["a"], "primary"], [["b"], "primary"]]}},
    ],
)
def test_what_is_no_regular_grid_has_no_map(wrong):
    scan = mesh(**wrong)
    assert grid_of(scan.start(), scan.descriptor()) is None
    assert not any(isinstance(item, Map) for item in layout_of(scan))


@pytest.mark.parametrize(
    ("position", "index"),
    [
        (0.0, 0),
        (0.26, 1),
        (0.74, 3),
        (0.9, None),
        (-0.2, None),
        (math.nan, None),
        (None, None),
    ],
)
def test_a_node_is_found_by_its_position(position, index):
    assert Axis("x", (0.0, 0.25, 0.5, 0.75)).index(position) == index


def test_an_array_takes_the_shape_of_its_first_value():
    described = {**number_key("mca"), "dtype": "array", "shape": [3]}
    scan = Scan(readings={"mca": described})
    series = {item.source: item for item in layout_of(scan) if isinstance(item, Series)}
    assert series["mca"].shape == (3,)
