import numpy as np
import pytest

from callbacks.errors import ConsumerError
from callbacks.grid import grid_of
from callbacks.naming import DataFolder
from callbacks.plot import PlotWriter, draw
from callbacks.plot.figure import gridded
from callbacks.run_columns import RunColumns
from reduction.errors import ReductionError
from tests.unit.callbacks.scan_documents import Scan, mesh


def collected(scan):
    columns = RunColumns(scan.start())
    for name, doc in scan.documents():
        columns(name, doc)
    return columns


def drawn(scan):
    return draw(collected(scan), scan.stop())


def texts(figure):
    axes = figure.axes[0]
    legend = axes.get_legend()
    entries = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    return "\n".join([axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel(), *entries])


def write(writer, documents):
    for name, doc in documents:
        writer(name, doc)


def test_a_curve_has_axes_with_names_and_units():
    axes = drawn(Scan()).axes[0]
    assert axes.get_xlabel() == "x (mm)"
    assert axes.get_ylabel() == "absorption µ·t"


def test_a_curve_shows_all_points():
    line = drawn(Scan()).axes[0].lines[0]
    assert line.get_xdata() == pytest.approx([value for (value,) in Scan().values])


def test_the_fit_is_drawn_with_center_and_width():
    assert "fit: centre 2.6 ± " in texts(drawn(Scan()))
    assert "FWHM" in texts(drawn(Scan()))


def test_the_title_says_scan_command_and_sample():
    assert texts(drawn(Scan())).startswith("scan 1   ascan x 0 5 10 0.1\nCu foil   Ada   20")


def test_a_run_that_failed_says_so():
    assert "fail: x is stuck" in texts(drawn(Scan(exit_status="fail", reason="x is stuck")))


def test_an_edge_is_marked_where_the_scan_names_one():
    energies = tuple((8950 + index / 2,) for index in range(120))
    scan = Scan(values=energies, extra={"edge_energy": 8979.0})
    columns = RunColumns(scan.start())
    columns("descriptor", scan.descriptor())
    for index, (energy,) in enumerate(energies):
        mu = 0.5 + np.arctan((energy - 8979.3) / 1.5) / np.pi
        columns("event", scan.event(index, I0=1e6, It=1e6 * np.exp(-mu)))
    assert "edge at 8979.29 ± 0.03" in texts(draw(columns, scan.stop()))


def test_counters_share_one_plot_with_a_legend():
    figure = drawn(Scan(extra={"plot": {}, "derived": {}}))
    assert "I0" in texts(figure)
    assert len(figure.axes[0].lines) == 3


def test_a_count_without_axes_is_drawn_over_time():
    assert "time (s)" in texts(drawn(Scan(motors=(), values=((), (), ()))))


def test_a_map_is_drawn_with_a_colour_bar():
    figure = drawn(mesh())
    assert figure.axes[0].get_xlabel() == "x (mm)"
    assert figure.axes[0].get_ylabel() == "y (mm)"
    assert figure.axes[1].get_ylabel() == "absorption µ·t"


def test_a_map_that_ended_early_has_nan_where_nothing_was_measured():
    scan = mesh()
    columns = collected(scan)
    grid = grid_of(scan.start(), scan.descriptor())
    half = {name: column[:5] for name, column in columns.arrays().items()}
    image = gridded(half, grid, half["mu"])
    assert np.isfinite(image).sum() == 5


def test_dollars_in_what_was_typed_are_no_formula():
    drawn(Scan(extra={"sample": "$x_{", "scan_command": "a $b$ _c"})).canvas.draw()


def test_a_run_without_points_cannot_be_drawn():
    with pytest.raises(ReductionError, match="without points"):
        draw(RunColumns(Scan().start()), Scan().stop())


def test_the_picture_is_written_when_the_run_stops(tmp_path):
    writer = PlotWriter(DataFolder(tmp_path))
    write(writer, Scan().documents())
    (path,) = writer.paths
    assert path.read_bytes().startswith(b"\x89PNG")
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_picture_is_never_overwritten(tmp_path):
    write(PlotWriter(DataFolder(tmp_path)), Scan().documents())
    before = (tmp_path / "blueline_0001.png").read_bytes()
    with pytest.raises(ConsumerError, match="not overwritten"):
        write(PlotWriter(DataFolder(tmp_path)), Scan(motors=("y",)).documents())
    assert (tmp_path / "blueline_0001.png").read_bytes() == before


def test_a_run_that_is_open_at_the_end_is_drawn_as_failed(tmp_path):
    writer = PlotWriter(DataFolder(tmp_path))
    write(writer, list(Scan().documents())[:-1])
    writer.close()
    assert (tmp_path / "blueline_0001.png").exists()


def test_a_run_without_points_has_no_picture(tmp_path):
    scan = Scan()
    write(PlotWriter(DataFolder(tmp_path)), [("start", scan.start()), ("stop", scan.stop())])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(ConsumerError, match="cannot be written"):
        write(PlotWriter(DataFolder(blocked)), Scan().documents())
