from callbacks.plot.board import Board
from callbacks.plot.window import PlotWindow, has_display


def test_without_a_display_no_window_can_be_opened(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    assert not has_display()


def test_a_window_that_was_never_opened_is_closed_at_once():
    window = PlotWindow(Board())
    window.close()
    assert window.redrawn == 0
