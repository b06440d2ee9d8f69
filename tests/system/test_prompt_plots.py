"""What people at the prompt do with plots: their own, those of scans, and pictures of a camera."""

import re

import numpy as np
import pytest

from blueline import BluelineError
from blueline.shell import camera_rois
from blueline.shell.camera_rois import write_regions
from callbacks import CallbackError
from devices import Camera, ImageCounters, InvalidTargetError, PixelRegion
from planlib import ascan, mesh
from tests.system.plot_window import (
    colors,
    drag,
    pixels_of,
    press,
    session_on_display,
    window_of,
)
from tests.system.test_script_plots import ASKING, PATIENCE, Asked
from tests.waiting import wait_until

pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(240)]

#: Of the dashed line where an axis stands.
STANDS = (0x94, 0x67, 0xBD)


@pytest.fixture(scope="module")
def session(instant_ioc, tmp_path_factory):
    with session_on_display(instant_ioc, tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(session):
    return session.namespace()


def scanned(session, plan):
    (uid,) = session.RE(plan)
    number = session.consumers.last.start["scan_id"]
    wait_until("the window shows the scan", lambda: window_of(f"blueline: scan {number}"), PATIENCE)
    wait_until("it is drawn", lambda: colors() > 200, PATIENCE)
    return uid


@pytest.fixture(scope="module")
def scan(session):
    return scanned(session, ascan(session.devices["x"], 0, 2, 10, 0.1))


def plotted(session):
    return session.consumers.last.start.get("plot")


def test_a_range_is_selected_in_the_window_of_scans(names, scan):
    """BL-154."""
    with Asked(lambda: names["live_plot"]().select_shape("rectangle", PATIENCE)) as asked:
        drag((300, 200), (500, 350))  # out of these axes: it ends at their edge
    low, high = asked.found.x
    assert 0 < low < high < 2


def test_where_an_axis_stands_is_marked(session, names, scan):
    session.RE(names["bps"].mv(session.devices["x"], 1.5))
    assert pixels_of(STANDS) == 0
    names["mark_position"](session.devices["x"])
    wait_until("it is marked", lambda: pixels_of(STANDS) > 50, PATIENCE)
    names["replot"]()
    wait_until("replot takes the mark away", lambda: pixels_of(STANDS) == 0, PATIENCE)


def test_the_newest_scan_is_drawn_again_with_other_counters(names, scan, tmp_path):
    """BL-155."""
    live = names["live_plot"]()

    def picture():
        return live.save(tmp_path / "now.png").read_bytes()

    before = picture()
    names["replot"]("If", "I0")
    wait_until("it shows others", lambda: picture() != before, PATIENCE)
    names["plotselect"]("log(I0/It)")
    changed = picture()
    names["plotselect"]()
    wait_until("it shows what the detectors hint", lambda: picture() != changed, PATIENCE)


def test_plotinit_holds_for_the_next_scan_alone(session, names, scan):
    names["plotinit"]("If")
    x = session.devices["x"]
    session.RE(ascan(x, 0, 1, 3, 0.1))
    assert plotted(session) == {"y": ["If"]}
    session.RE(ascan(x, 0, 1, 3, 0.1))
    assert plotted(session) is None


def test_a_scan_that_says_what_it_plots_leaves_plotinit_for_the_next_one(session, names, scan):
    names["plotinit"]("If")
    x = session.devices["x"]
    session.RE(ascan(x, 0, 1, 3, 0.1, md={"plot": {"y": ["It"]}}))
    assert plotted(session) == {"y": ["It"]}
    session.RE(ascan(x, 0, 1, 3, 0.1))
    assert plotted(session) == {"y": ["If"]}


def test_what_maps_show_is_chosen_apart_from_curves(session, names, scan):
    names["plotselect"]("It")
    names["meshselect"]("If", "I0")
    try:
        scanned(session, mesh(session.devices["x"], 0, 1, 3, session.devices["y"], 0, 1, 3, 0.1))
        assert plotted(session) == {"y": ["It"], "maps": ["If", "I0"]}
    finally:
        names["meshselect"]()
        names["plotselect"]()
    assert "plot" not in session.RE.md


@pytest.mark.parametrize("command", ["replot", "plotinit", "meshselect"])
def test_a_counter_that_there_is_not_is_refused(names, scan, command):
    with pytest.raises(CallbackError, match="no counter ghost to plot"):
        names[command]("ghost")


def test_a_plot_of_ones_own_goes_into_the_log_book_as_it_is_seen(session, names):
    """BL-153, BL-154."""
    mine = names["plot"]({"sin": np.sin(np.arange(50.0))}, name="my curve", xlabel="x (mm)")
    wait_until("it is there", lambda: window_of("blueline: my curve"), PATIENCE)
    names["elog_plot"](mine)
    book = (session.folder.root / "logbook.md").read_text()
    (picture,) = re.findall(r"!\[my curve\]\((.+png)\)", book)
    assert (session.folder.root / picture).read_bytes().startswith(b"\x89PNG")
    mine.close()
    wait_until("it is gone", lambda: not window_of("blueline: my curve"), PATIENCE)


def test_an_empty_window_is_filled_by_what_is_plotted_into_it(names):
    window = names["new_plot"]("efficiency")
    axis = window.createAxis("of the If counter", xlabel="energy (eV)")
    wait_until("it is there", lambda: window_of("blueline: efficiency"), PATIENCE)
    window.plot([1.0, 2.0, 4.0], axis=axis)
    window.close()
    wait_until("it is gone", lambda: not window_of("blueline: efficiency"), PATIENCE)


@pytest.fixture
def camera(session, instant_ioc):
    """A camera with a region, which is a device of the session for a while."""
    prefix = f"{instant_ioc.prefix}cam:"
    spot = ImageCounters({"spot_sum": "sum"}, PixelRegion(200, 200, 112, 112))
    made = Camera(prefix, name="viewer", counters=[spot])
    made.wait_for_connection(timeout=10)
    session.devices["viewer"] = made
    yield made
    del session.devices["viewer"]
    made.destroy()


def test_regions_of_a_camera_are_moved_in_its_picture_and_written_to_it(session, names, camera):
    """BL-126."""
    with Asked(lambda: names["edit_roi_counters"](camera)):
        drag((380, 280), (420, 300))
        press("Return")
    region = camera.image_counters[0].region
    assert (region.width, region.height) == (112, 112)
    assert region.x > 200
    assert region.y > 200
    roi = camera.rig.groups[0].roi
    assert (roi.first_column.get(), roi.first_row.get()) == (region.x, region.y)


def test_regions_stay_as_they_are_where_the_person_gives_up(names, camera):
    with Asked(lambda: names["edit_roi_counters"](camera)) as asked:
        press("Escape")
    assert "given up" in asked.problem
    assert camera.image_counters[0].region == PixelRegion(200, 200, 112, 112)
    wait_until("the picture is gone", lambda: not window_of("viewer regions"), PATIENCE)


class Interrupted(dict):
    """Regions at which Ctrl-C is pressed, when a plugin has got one already."""

    def __init__(self, roi):
        self._roi = roi

    def __missing__(self, _name):
        self._roi.first_column.put(7, wait=True)
        raise KeyboardInterrupt


def test_ctrl_c_while_regions_are_written_leaves_those_of_before(camera):
    (group,) = camera.rig.groups
    camera.rig.wire(corrected=False, name=camera.name)
    with pytest.raises(KeyboardInterrupt):
        write_regions(camera, {"spot_sum": group}, Interrupted(group.roi))
    assert (
        camera.image_counters[0].region == group.counters.region == PixelRegion(200, 200, 112, 112)
    )
    assert group.roi.first_column.get() == 200


def test_the_part_of_the_sensor_that_is_read_is_selected_in_its_picture(names, camera):
    try:
        with Asked(lambda: names["edit_region"](camera)):
            drag((250, 200), (350, 300))
        region = camera.geometry.get()["region"]
        assert region is not None
        assert camera.image().shape == (region.height, region.width)
    finally:
        camera.geometry.set(region=None)


def test_a_camera_that_refuses_a_part_of_its_sensor_reads_what_it_read(names, camera, monkeypatch):
    monkeypatch.setattr(camera_rois, "region_of", lambda *_: PixelRegion(0, 0, 99999, 1))
    camera.geometry.set(region=PixelRegion(8, 8, 64, 64))
    try:
        with Asked(lambda: refused(names["edit_region"], camera)) as asked:
            drag((250, 200), (350, 300))
        assert "columns 0 to 99998" in asked.found
        assert camera.geometry.get()["region"] == PixelRegion(8, 8, 64, 64)
        wait_until("the picture is gone", lambda: not window_of("viewer regions"), PATIENCE)
    finally:
        camera.geometry.set(region=None)


def refused(command, camera):
    with pytest.raises(InvalidTargetError) as caught:
        command(camera)
    return str(caught.value)


@pytest.mark.parametrize(
    ("command", "device", "said"),
    [
        ("edit_roi_counters", "x", "is no camera; there are"),
        ("edit_roi_counters", "camera", "counts in no rectangle"),
        ("edit_region", "ghost", "'ghost' is no camera"),
    ],
)
def test_what_has_no_regions_is_refused_in_a_sentence(session, names, command, device, said):
    with pytest.raises(BluelineError, match=said):
        names[command](device)
    assert pixels_of(ASKING) == 0


def test_a_frame_that_is_turned_is_not_taken_for_the_sensor(names, camera):
    camera.geometry.set(binning=2)
    try:
        with pytest.raises(BluelineError, match="undo binning first"):
            names["edit_region"](camera)
    finally:
        camera.geometry.set(binning=1)


def test_spectra_of_a_map_are_exported_from_the_prompt(session, names):
    """PS-126."""
    devices = session.devices
    plan = mesh(devices["x"], 0, 1, 3, devices["y"], 0, 1, 2, 0.1, devices["mca"])
    (uid,) = session.RE(plan)
    names["export_spectra"](uid, monitor="")
    (folder,) = (session.folder.root / "spectra").iterdir()
    assert len(list(folder.glob("*.mca"))) == 12
    assert [path.suffix for path in folder.glob("*_map.*")] == [".h5"]
