import numpy as np
import pytest

from callbacks import LastScan
from tests.unit.callbacks.scan_documents import Scan, mesh, page


def fed(*scans):
    last = LastScan()
    for scan in scans:
        for name, doc in scan.documents():
            last(name, doc)
    return last


def test_columns_grow_with_every_event():
    """PS-100: live during the scan."""
    last, lengths = LastScan(), []
    for name, doc in Scan().documents():
        last(name, doc)
        if name == "event":
            lengths.append(len(last))
    assert lengths == [0, *range(1, 12), 11]


def test_event_pages_are_taken_as_events_are():
    scan = Scan(baseline=False)
    last = LastScan()
    last("start", scan.start())
    last("descriptor", scan.descriptor())
    last("event_page", page([scan.event(index) for index in range(11)]))
    assert last.column("It").tolist() == fed(scan).column("It").tolist()


def test_a_count_does_not_replace_a_scan():
    last = fed(Scan(uid="scan"), Scan(uid="count", motors=(), values=((), ())))
    assert (last.start["uid"], len(last)) == ("scan", 11)


def test_a_new_scan_replaces_the_old_one_from_its_start():
    last = fed(Scan(uid="first"))
    last("start", Scan(uid="second").start())
    assert (last.start["uid"], last.stop, len(last)) == ("second", {}, 0)


def test_an_older_run_that_stops_late_changes_nothing():
    last = LastScan()
    for uid in ("first", "second"):
        last("start", Scan(uid=uid).start())
    last("stop", Scan(uid="first").stop())
    assert last.stop == {}


def test_peak_numbers_are_those_of_what_is_plotted():
    """PS-102."""
    last = fed(Scan())
    assert last.plotted() == last.start["plot"]["y"][0]
    assert last.peak("If").peak_at == pytest.approx(2.6, abs=0.3)
    assert last.peak().count == 11


def test_what_is_selected_after_a_scan_is_what_is_looked_at_until_the_next():
    """BL-155, BL-157."""
    last = fed(Scan())
    last.look_at({"y": ["If/I0"]})
    assert last.plotted() == "If/I0"
    expected = last.column("If") / last.column("I0")
    assert last.column("If/I0").tolist() == expected.tolist()
    assert last.peak().peak == pytest.approx(expected.max())
    last("start", Scan(uid="second").start())
    last("descriptor", Scan(uid="second").descriptor())
    assert last.plotted() == last.start["plot"]["y"][0]


def test_any_model_is_fitted_to_what_is_plotted():
    last = fed(Scan())
    assert last.fit("gaussian + constant")["center"].value == pytest.approx(2.6, abs=0.01)
    assert last.fit(counter="If")["center"].value == pytest.approx(2.6, abs=0.01)


def test_each_axis_of_a_map_has_its_readback():
    last = fed(mesh())
    assert sorted(last.readbacks()) == ["x", "y"]
    assert last.shape == [3, 4]


def test_set_points_are_told_where_there_are_any():
    """Acquisition 11.13."""
    assert fed(Scan()).set_points() == ["x_setpoint"]
    assert sorted(fed(mesh()).set_points()) == ["x_setpoint", "y_setpoint"]


def test_a_column_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(KeyError, match=r"no column 'i0'; it has .*I0"):
        fed(Scan()).column("i0")


def test_before_any_scan_there_is_nothing():
    last = LastScan()
    assert (len(last), last.motors, last.readbacks(), last.plotted()) == (0, (), (), "")


def test_scan_data_has_py4syns_names():
    """PS-100."""
    data = fed(Scan()).scan_data()
    assert data["points"] == list(range(11))
    assert data["scan_duration"] == pytest.approx(200.5)
    assert len(data["x"]) == len(data["I0"]) == 11
    assert np.isfinite(data["If"]).all()
