"""A regulation is shown over time, beside whatever goes on (BL-135)."""

import contextlib
from types import SimpleNamespace

import pytest

from blueline.shell.desk import Desk
from blueline.shell.regulation_plot import LoopPlot, plot_loop
from callbacks.plot.plotter import Plotter
from devices import SoftLoop
from tests.unit.callbacks.plot.recorded_plots import kept_plots
from tests.waiting import wait_until


class Oven:
    """Half of what is heated, at once."""

    def __init__(self):
        self.power = 0.0
        self.is_broken = False

    def read(self):
        if self.is_broken:
            raise ConnectionError("the thermometer is gone")
        return 300.0 + self.power / 2

    def heat(self, power):
        self.power = power


@pytest.fixture
def oven():
    return Oven()


@pytest.fixture
def loop(oven):
    limits = {"low": 280.0, "high": 400.0, "output_limits": (0.0, 50.0)}
    made = SoftLoop(name="oven", input=oven.read, output=oven.heat, p=0.1, i=1.0, egu="K", **limits)
    yield made
    made.off()


@pytest.fixture
def kept(tmp_path):
    with kept_plots(tmp_path) as made:
        yield made


@pytest.fixture
def shown(loop, kept, tmp_path):
    plotter = Plotter("regulation of oven", folder=tmp_path, link=kept.link)
    made = LoopPlot(loop, plotter, period=0.02)
    made.start()
    yield made
    made.stop()


def curves(kept):
    cells = kept.figure("regulation of oven").cells
    return {layer.label: layer for cell in cells for layer in cell.layers}


def points(kept, name):
    values = curves(kept)[name].y
    return [] if values is None else values.tolist()


def test_input_and_setpoint_share_a_plot_and_the_output_has_its_own(kept, shown):
    above, below = kept.figure("regulation of oven").cells
    assert [layer.label for layer in above.layers] == ["oven", "oven_setpoint"]
    assert [layer.label for layer in below.layers] == ["oven_output"]
    assert above.y_label == "oven (K)"


def test_it_goes_on_over_time_as_the_loop_regulates(kept, shown, loop):
    wait_until("it is shown", lambda: len(points(kept, "oven")) > 2)
    assert points(kept, "oven_setpoint") == []  # nobody regulates yet
    loop.set(310.0)
    wait_until("the setpoint is shown", lambda: 310.0 in points(kept, "oven_setpoint"))
    wait_until("the output is shown", lambda: max(points(kept, "oven_output"), default=0) > 1)
    times = curves(kept)["oven"].x.tolist()
    assert times == sorted(times)


def test_an_input_that_fails_is_a_gap_and_it_goes_on(kept, shown, oven):
    oven.is_broken = True
    wait_until("it is shown", lambda: "oven" in curves(kept))
    oven.is_broken = False
    before = len(points(kept, "oven"))
    wait_until("it goes on", lambda: len(points(kept, "oven")) > before)


def test_it_ends_when_its_window_is_closed(kept, shown):
    kept.link.hear({"closed": "regulation of oven"})
    wait_until("it has ended", lambda: not shown.is_shown)
    assert "ended" in repr(shown)


def test_it_ends_when_it_is_told_to(kept, shown):
    assert shown.is_shown
    shown.stop()
    assert not shown.is_shown


@pytest.fixture
def desk(loop, kept, tmp_path):
    with contextlib.ExitStack() as leaving:
        yield Desk(
            SimpleNamespace(
                devices={"oven": loop},
                connections=SimpleNamespace(require=lambda _: None),
                consumers=SimpleNamespace(plots=kept.link),
                folder=SimpleNamespace(root=tmp_path, data_set="sample"),
                leaving=leaving,
            )
        )


def test_a_loop_that_is_shown_again_is_shown_once(desk, kept, loop):
    older = plot_loop(desk, "oven", period=0.1)
    wait_until("it is shown", lambda: len(points(kept, "oven")) > 1)
    newer = plot_loop(desk, loop, period=0.1)
    assert (older.is_shown, newer.is_shown) == (False, True)
