import numpy as np
import pytest

from callbacks.plot import draw
from callbacks.plot.run_data import RunData
from reduction.errors import ReductionError
from tests.unit.callbacks.plot.drawn import counted, drawn, legend, paged, painted, snapshot_of
from tests.unit.callbacks.scan_documents import Scan

DEGREES = tuple((0.5 * index,) for index in range(11))


def test_a_curve_has_axes_with_names_and_units():
    axes = drawn(Scan().documents()).axes[0]
    assert axes.get_xlabel() == "x (mm)"
    assert axes.get_ylabel() == "absorption µ·t"


@pytest.mark.parametrize("arrange", [list, paged], ids=["events", "page"])
def test_a_curve_shows_all_points(arrange):
    line = drawn(arrange(Scan().documents())).axes[0].lines[0]
    assert line.get_xdata() == pytest.approx([value for (value,) in Scan().values])
    assert line.get_ydata().size == 11


def test_the_fit_is_drawn_with_center_width_and_height():
    said = legend(drawn(Scan().documents()).axes[0])
    assert "Gaussian fit: center 2.6" in said
    assert "FWHM 2.24" in said
    assert "height" in said


def test_the_fitted_curve_goes_through_the_points():
    lines = {line.get_label(): line for line in drawn(Scan().documents()).axes[0].lines}
    (fit,) = [line for label, line in lines.items() if label.startswith("Gaussian")]
    points = lines["absorption µ·t"]
    fitted = np.interp(points.get_xdata(), fit.get_xdata(), fit.get_ydata())
    assert fitted == pytest.approx(points.get_ydata(), abs=0.02)


def test_peak_center_and_center_of_mass_are_marked():
    said = legend(drawn(Scan().documents()).axes[0])
    assert [word for word in ("peak 2.60", "cen 2.60", "com 2.60") if word in said] == [
        "peak 2.60",
        "cen 2.60",
        "com 2.60",
    ]


def test_of_a_dip_the_lowest_point_is_marked_and_no_center_of_mass():
    said = legend(drawn(counted(y=["-log(I0/It)"]).documents()).axes[0])
    assert "lowest 2.60" in said
    assert "com" not in said


def test_a_run_that_goes_on_is_not_fitted_and_says_how_far_it_is():
    figure = drawn(list(Scan().documents())[:-2])
    assert "Gaussian" not in legend(figure.axes[0])
    assert "running: point 11 of 11" in figure.get_suptitle()


def test_a_run_that_is_not_to_be_fitted_has_no_fit_in_its_picture():
    """PS-103."""
    figure = drawn(Scan(extra={"fit_scan": False}).documents())
    assert "peak" in legend(figure.axes[0])
    assert "Gaussian" not in legend(figure.axes[0])


def test_the_title_says_scan_command_and_sample():
    title = drawn(Scan().documents()).get_suptitle()
    assert title.startswith("scan 1   ascan x 0 5 10 0.1\nCu foil   Ada   20")


def test_a_run_that_failed_says_so():
    scan = Scan(exit_status="fail", reason="x is stuck")
    assert "fail: x is stuck" in drawn(scan.documents()).get_suptitle()


def test_an_edge_is_marked_where_the_scan_names_one():
    energies = tuple((8950 + index / 2,) for index in range(120))
    scan = Scan(values=energies, extra={"edge_energy": 8979.0})
    events = [
        ("event", scan.event(index, I0=1e6, It=1e6 * np.exp(-mu)))
        for index, mu in enumerate(0.5 + np.arctan((np.array(energies)[:, 0] - 8979.3) / 1.5) / 3)
    ]
    start = [("start", scan.start()), ("descriptor", scan.descriptor())]
    axes = drawn([*start, *events, ("stop", scan.stop())]).axes[0]
    assert "edge at 8979.29" in legend(axes)


def test_a_nearly_constant_monitor_has_an_axis_of_its_own():
    figure = drawn(counted(y=["I0", "If"]).documents())
    left, right = figure.axes
    assert left.get_ylabel() == "I0 (counts)"
    assert right.get_ylabel() == "If (counts)"
    assert left.get_ylim()[1] - left.get_ylim()[0] < 10


def test_a_peak_is_marked_on_the_axis_on_which_it_is():
    left, right = drawn(counted(y=["seconds", "If"]).documents()).axes
    assert "Gaussian fit: center 2.6" in legend(left)
    assert len(right.lines) == 5
    assert len(left.lines) == 1


def test_counters_of_three_scales_have_plots_below_each_other_over_one_axis():
    figure = drawn(counted(y=["I0", "It", "If"]).documents())
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "I0 (counts)",
        "It (counts)",
        "If (counts)",
    ]
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "x (mm)"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_counters_that_share_an_axis_have_a_legend():
    axes = drawn(counted(y=["It", "It*0.9"]).documents()).axes[0]
    assert "It (counts)" in legend(axes)
    assert "It*0.9" in legend(drawn(counted(y=["log(I0/It)", "It*0.9"]).documents()).axes[0])


def test_an_expression_and_the_right_axis_are_drawn_as_asked():
    figure = drawn(counted(y=["log(I0/It)"], right=["It"]).documents())
    left, right = figure.axes
    peak = [np.exp(-(((index - 5) / 2.7) ** 2)) for index in range(11)]
    assert left.lines[0].get_ydata() == pytest.approx(peak, abs=1e-5)
    assert right.lines[0].get_ydata()[0] == pytest.approx(1e6 * np.exp(-peak[0]))
    assert left.get_ylabel() == "log(I0/It)"


def test_plots_below_are_drawn_as_asked():
    figure = drawn(counted(y=["I0"], below=[["If", "It"]]).documents())
    assert len(figure.axes[0].lines) == 1
    assert "It (counts)" in legend(figure.axes[1])


def test_filters_change_the_curve_and_its_name():
    axes = drawn(counted(y=["If"], filters=["monitor:I0", "derivative"]).documents()).axes[0]
    assert axes.get_ylabel() == "If: monitor:I0, derivative"
    curve = axes.lines[0].get_ydata()
    assert curve[2] > 0 > curve[8]


def test_a_filter_that_is_none_is_told_below_the_picture():
    figure = drawn(counted(y=["If"], filters=["integral"]).documents())
    assert "no filter 'integral'" in figure.get_supxlabel()
    assert figure.axes[0].lines[0].get_ydata().size == 11


def test_what_was_asked_for_in_vain_is_told_below_the_picture():
    assert "not there: I9" in drawn(counted(y=["I9", "If"]).documents()).get_supxlabel()


def test_earlier_scans_of_the_same_axis_lie_under_the_newest_in_grey():
    earlier = [Scan(uid="b", scan_id=7).documents(), Scan(uid="c", scan_id=6).documents()]
    axes = drawn(Scan().documents(), earlier, overlay=2).axes[0]
    labels = [line.get_label() for line in axes.lines]
    assert labels[:3] == ["scan 7", "scan 6", "absorption µ·t"]


def test_scans_of_another_axis_are_not_overlaid():
    earlier = [Scan(uid="b", motors=("y",)).documents()]
    axes = drawn(Scan().documents(), earlier, overlay=2).axes[0]
    assert axes.lines[0].get_label() == "absorption µ·t"


def test_missing_points_are_gaps_and_a_lone_point_between_them_is_a_dot():
    scan = Scan(values=tuple((0.1 * index,) for index in range(300)))
    missing = {100: np.nan, 102: np.nan}
    events = [
        ("event", scan.event(i, If=missing.get(i, 5.0 + i), I0=2.0, It=1.0)) for i in range(300)
    ]
    scan.extra = {"plot": {"y": ["If"]}}
    start = [("start", scan.start()), ("descriptor", scan.descriptor())]
    line = drawn([*start, *events]).axes[0].lines[0]
    assert np.flatnonzero(np.isnan(line.get_ydata())).tolist() == [100, 102]
    assert line.get_markevery() == [101]


@pytest.mark.parametrize(
    ("seconds", "label", "length"),
    [(0.37, "time (s)", 1.0), (100.0, "time (min)", 60.0), (3000.0, "time (h)", 3600.0)],
)
def test_a_count_without_axes_is_drawn_over_elapsed_time(seconds, label, length):
    scan = Scan(motors=(), values=((),) * 11, extra={"plot": {"y": ["If"]}})
    documents = list(scan.documents())
    points = [d for n, d in documents if n == "event" and d["descriptor"].endswith("primary")]
    for index, event in enumerate(points):
        event["time"] = scan.time + seconds * index
    axes = drawn(documents).axes[0]
    assert axes.get_xlabel() == label
    assert axes.lines[0].get_xdata()[-1] == pytest.approx(10 * seconds / length)


def test_monitors_are_drawn_over_time_below_the_points():
    documents = list(Scan().documents())
    described = {"dtype": "number", "shape": [], "units": "mA", "source": "PV:ring"}
    monitor = {
        "uid": "m",
        "run_start": Scan().uid,
        "name": "ring",
        "time": Scan().time,
        "data_keys": {"ring": described},
        "hints": {"ring": {"fields": ["ring"]}},
    }
    events = [
        {"descriptor": "m", "seq_num": i + 1, "time": Scan().time + i, "data": {"ring": 200.0 - i}}
        for i in range(4)
    ]
    more = [("descriptor", monitor), *(("event", event) for event in events)]
    figure = drawn([*documents[:-1], *more, documents[-1]])
    below = figure.axes[-1]
    assert (below.get_xlabel(), below.get_ylabel()) == ("time (s)", "ring (mA)")
    assert below.lines[0].get_ydata().tolist() == [200, 199, 198, 197]


def test_dollars_in_what_was_typed_are_no_formula():
    scan = Scan(extra={"sample": "$x_{", "scan_command": "a $b$ _c"})
    painted(scan.documents())


def test_a_run_without_points_cannot_be_drawn():
    with pytest.raises(ReductionError, match="without points"):
        draw(RunData(Scan().start()).snapshot())


def test_one_point_and_constant_values_can_be_drawn():
    scan = Scan(values=((1.0,),))
    painted(scan.documents())


def test_infinite_and_huge_values_can_be_drawn():
    scan = Scan(extra={"plot": {"y": ["If"]}})
    events = [("event", scan.event(i, If=v)) for i, v in enumerate((np.inf, 1e300, -1e300, 0.0))]
    painted([("start", scan.start()), ("descriptor", scan.descriptor()), *events])


def test_nothing_but_undefined_values_can_be_drawn():
    scan = Scan(extra={"plot": {"y": ["If"], "filters": ["log", "0..1"]}})
    events = [("event", scan.event(i, If=np.nan, x=np.nan)) for i in range(4)]
    painted([("start", scan.start()), ("descriptor", scan.descriptor()), *events])


def test_a_snapshot_does_not_change_when_more_comes():
    documents = list(Scan().documents())
    run = RunData(documents[0][1])
    for name, doc in documents[:6]:
        run(name, doc)
    before = run.snapshot()
    for name, doc in documents[6:]:
        run(name, doc)
    assert (len(before), len(run.snapshot())) == (2, 11)
    assert snapshot_of(documents).stop is not None
    assert before.stop is None


def test_points_that_go_to_and_fro_are_not_joined():
    places = tuple((at,) for at in (0.0, 3.0, 1.0, 4.0, 0.5, 2.0))
    (curve, *_), (joined, *_) = (
        drawn(Scan(values=values).documents()).axes[0].lines for values in (places, sorted(places))
    )
    assert (curve.get_linestyle(), joined.get_linestyle()) == ("None", "-")
