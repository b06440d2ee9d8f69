"""What consumes the documents of a session, where something in it fails."""

import io

import pytest

from blueline.consumers import PLOTS, make_consumers
from callbacks import DataFolder
from callbacks.terminal import StatusScreen
from tests.unit.callbacks.scan_documents import Scan


class Screen(io.StringIO):
    """One that nothing can be written on until it is mended."""

    is_broken = True

    def write(self, text):
        if self.is_broken:
            message = "the terminal is gone"
            raise OSError(message)
        return super().write(text)


def test_a_table_that_failed_in_one_run_is_there_in_the_next(tmp_path):
    screen = Screen()
    consumers = make_consumers(DataFolder(tmp_path), StatusScreen(screen))
    for name, doc in Scan(uid="aaaa-0000").documents():
        consumers.recorder(name, doc)
    for each in consumers.awaited:
        each.drain(5)
    screen.is_broken = False
    for name, doc in Scan(uid="bbbb-0000", scan_id=2).documents():
        consumers.recorder(name, doc)
    for each in consumers.awaited:
        assert each.drain(5)
    consumers.recorder.close()
    assert "Scan 2" in screen.getvalue()


@pytest.mark.parametrize(("told", "is_drawn"), [(None, True), ("1", True), ("0", False)])
def test_plots_are_drawn_unless_the_environment_says_that_nobody_looks(
    tmp_path, monkeypatch, told, is_drawn
):
    monkeypatch.delenv(PLOTS, raising=False)
    if told is not None:
        monkeypatch.setenv(PLOTS, told)
    consumers = make_consumers(DataFolder(tmp_path), StatusScreen(io.StringIO()))
    consumers.recorder.close()
    assert ("the plots" in str(consumers.recorder.status())) is is_drawn
    assert len(consumers.files) == 1 + is_drawn


def test_a_catalog_that_is_described_is_fed_by_a_consumer(tmp_path):
    screen = StatusScreen(io.StringIO())
    consumers = make_consumers(DataFolder(tmp_path), screen, catalog={"database": ""})
    consumers.recorder.close()
    assert "the catalog" in str(consumers.recorder.status())
