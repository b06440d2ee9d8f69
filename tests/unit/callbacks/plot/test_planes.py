import numpy as np
import pytest

from tests.unit.callbacks.plot.drawn import drawn
from tests.unit.callbacks.scan_documents import Scan, mesh


def meshed(axes):
    """The values of a map, NaN where nothing was measured."""
    (shown,) = axes.collections
    return np.ma.filled(shown.get_array(), np.nan)


def test_a_map_is_drawn_with_names_units_and_a_colour_bar():
    figure = drawn(mesh().documents())
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (mm)", "y (mm)")
    assert axes.get_title("left") == "absorption µ·t"


def test_the_cells_of_a_map_lie_around_its_positions():
    axes = drawn(mesh().documents()).axes[0]
    assert axes.get_xlim() == pytest.approx((-0.125, 0.875))
    assert axes.get_ylim() == pytest.approx((-1.25, 0.25))


def test_a_map_that_was_scanned_to_and_fro_is_the_same_map():
    straight, snake = mesh(plot={"y": ["If"]}), mesh(plot={"y": ["If"]})
    rows = [straight.values[i : i + 4] for i in range(0, 12, 4)]
    snake.values = tuple(at for i, row in enumerate(rows) for at in (row[::-1] if i % 2 else row))
    place = {at: index for index, at in enumerate(straight.values)}
    events = [
        snake.event(index, If=float(place[at]), I0=1.0, It=1.0)
        for index, at in enumerate(snake.values)
    ]
    start = [("start", snake.start()), ("descriptor", snake.descriptor())]
    axes = drawn([*start, *(("event", event) for event in events)]).axes[0]
    assert meshed(axes).ravel().tolist() == list(range(12))


def test_a_map_that_ended_early_is_grey_where_nothing_was_measured():
    documents = list(mesh().documents())
    axes = drawn([*documents[:8], documents[-1]]).axes[0]
    assert np.isfinite(meshed(axes)).sum() == 4
    assert axes.get_title("left").endswith("grey: not measured")


def test_a_map_shows_as_many_counters_as_it_is_asked_for():
    figure = drawn(mesh(plot={"y": ["If", "log(I0/It)", "It"]}).documents())
    assert [axes.get_title("left") for axes in figure.axes[:3]] == [
        "If (counts)",
        "log(I0/It)",
        "It (counts)",
    ]


def test_a_map_that_is_asked_for_nothing_shows_its_first_counter_and_names_the_others():
    figure = drawn(mesh(plot={}, derived={}).documents())
    assert figure.axes[0].get_title("left") == "I0 (counts)"
    said = 'not shown: It, If; plotselect("It", "If") shows them'
    assert figure.get_supxlabel() == said


def test_a_map_that_shows_what_it_was_asked_for_names_no_others():
    assert drawn(mesh(plot={"y": ["If"]}).documents()).get_supxlabel() == ""


def listed(places, **extra):
    """Give a scan of two axes that go together from place to place."""
    hints = {"dimensions": [[["x", "y"], "primary"]]}
    asked = {"hints": hints, "plot": {"y": ["If", "It"]}}
    return Scan(motors=("x", "y"), values=places, extra={**asked, **extra})


def test_two_axes_that_go_to_and_fro_together_are_a_cloud_for_each_counter():
    places = ((0.0, 0.1), (0.4, -0.2), (0.1, 0.7), (0.9, 0.3))
    figure = drawn(listed(places).documents())
    assert [axes.get_title("left") for axes in figure.axes[:2]] == ["If (counts)", "It (counts)"]
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (mm)", "y (mm)")


@pytest.mark.parametrize(
    "places",
    [
        ((0.0, 0.1), (0.4, -0.2), (0.5, 0.7), (0.9, 0.3)),
        ((0.0, 0.0), (0.4, 0.8), (0.1, 0.2), (0.9, 1.8)),
    ],
    ids=["forward", "along one line"],
)
def test_two_axes_that_go_along_a_line_together_are_a_curve(places):
    axes = drawn(listed(places, plot={"y": ["If"]}).documents()).axes[0]
    assert axes.get_xlabel() == "x (mm)"
    assert axes.get_ylabel() == "If (counts)"


def test_two_axes_together_are_a_curve_where_the_run_names_its_abscissa():
    places = ((0.0, 0.1), (0.4, -0.2), (0.1, 0.7), (0.9, 0.3))
    asked = {"x": "y", "y": ["If"]}
    assert drawn(listed(places, plot=asked).documents()).axes[0].get_xlabel() == "y (mm)"


def test_of_three_axes_the_newest_slice_is_shown_and_named():
    positions = [(x, y, z) for z in (0.0, 1.0) for y in (0.0, 1.0) for x in (0.0, 1.0, 2.0)]
    names = ("x", "y", "theta")
    dimensions = [[[name], "primary"] for name in reversed(names)]
    extra = {
        "shape": [2, 2, 3],
        "extents": [[0.0, 1.0], [0.0, 1.0], [0.0, 2.0]],
        "hints": {"dimensions": dimensions},
        "plot": {"y": ["x"]},
    }
    scan = Scan(motors=names, values=tuple(positions), extra=extra)
    axes = drawn(scan.documents()).axes[0]
    assert meshed(axes) == pytest.approx(np.array([[0.0, 1, 2], [0, 1, 2]]))
    assert axes.get_title("left") == "x (mm), theta = 1 deg"


def test_points_off_a_grid_are_a_cloud():
    values = ((0.0, 0.1), (0.4, -0.2), (0.5, 0.7))
    dimensions = [[["y"], "primary"], [["x"], "primary"]]
    extra = {"hints": {"dimensions": dimensions}, "plot": {"y": ["If"]}}
    scan = Scan(motors=("x", "y"), values=values, extra=extra)
    axes = drawn(scan.documents()).axes[0]
    _hollow, filled = axes.collections
    assert np.ma.filled(filled.get_offsets(), np.nan) == pytest.approx(np.array(values))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (mm)", "y (mm)")
    assert axes.get_title("left") == "If (counts)"


def test_points_of_a_cloud_without_a_value_are_hollow():
    dimensions = [[["y"], "primary"], [["x"], "primary"]]
    extra = {"hints": {"dimensions": dimensions}, "plot": {"y": ["If"]}}
    scan = Scan(motors=("x", "y"), values=((0.0, 0.1), (0.4, 0.2)), extra=extra)
    events = [("event", scan.event(0)), ("event", scan.event(1, If=np.nan))]
    axes = drawn([("start", scan.start()), ("descriptor", scan.descriptor()), *events]).axes[0]
    hollow, filled = axes.collections
    assert (len(hollow.get_offsets()), len(filled.get_offsets())) == (1, 1)


def spectrum(**readings):
    described = {"source": "PV:mca", "dtype": "array", "shape": [8], "units": "counts"}
    return Scan(readings={"mca": described}, **readings)


def test_a_spectrum_has_the_newest_and_the_mean():
    figure = drawn(spectrum().documents())
    newest, mean = figure.axes[-1].lines
    assert newest.get_ydata() == pytest.approx([10 + channel / 7 for channel in range(8)])
    assert mean.get_ydata() == pytest.approx([5 + channel / 7 for channel in range(8)])
    assert figure.axes[-1].get_xlabel() == "channel"


def test_a_calibrated_spectrum_is_drawn_over_energy():
    documents = list(spectrum().documents())
    numbers = {"mca_offset": 100.0, "mca_slope": 10.0, "mca_quadratic": 0.0}
    numbers["mca_first_channel"] = 800
    for name, doc in documents:
        if name == "descriptor" and doc["name"] == "primary":
            doc["configuration"] = {"scaler": {"data": numbers}}
    axes = drawn(documents).axes[-1]
    assert axes.get_xlabel() == "energy (eV)"
    assert axes.lines[0].get_xdata().tolist() == [8100 + 10 * channel for channel in range(8)]


def test_one_count_of_a_spectrum_has_no_curves_beside_it():
    figure = drawn(spectrum(motors=(), values=((),)).documents())
    assert [axes.get_ylabel() for axes in figure.axes] == ["mca (counts)"]


def image_scan(value):
    described = {"source": "PV:cam", "dtype": "array", "shape": [2, 3], "units": ""}
    scan = Scan(readings={})
    descriptor = scan.descriptor()
    descriptor["data_keys"]["cam"] = described
    events = [("event", scan.event(index, cam=value)) for index in range(3)]
    return [("start", scan.start()), ("descriptor", descriptor), *events]


def test_an_image_in_the_documents_is_drawn_with_its_first_row_on_top():
    axes = drawn(image_scan([[1, 2, 3], [4, 5, 6]])).axes[-1]
    (image,) = axes.images
    assert image.get_array().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert axes.get_ylim() == (1.5, -0.5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("column (pixel)", "row (pixel)")


@pytest.mark.parametrize("value", [None, "text", [], [[1, 2], [3]], float("nan")])
def test_an_image_that_is_none_is_left_away(value):
    assert not any(axes.images for axes in drawn(image_scan(value)).axes)


def test_a_map_shows_what_was_chosen_for_maps_and_not_what_curves_show():
    """BL-155."""
    figure = drawn(mesh(plot={"y": ["It"], "maps": ["If", "I0"]}).documents())
    titles = [axes.get_title("left") for axes in figure.axes if axes.get_title("left")]
    assert titles == ["If (counts)", "I0 (counts)"]
