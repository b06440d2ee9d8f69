import time

from callbacks.plot import plot_consumer
from callbacks.plot.board import Board
from callbacks.plot.latest import LatestPicture
from tests.unit.callbacks.plot.drawn import shown
from tests.unit.callbacks.scan_documents import Scan

PATIENCE = 20.0


def wait_for(condition):
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.01)
    return condition()


def test_the_picture_is_there_while_the_run_goes_on(tmp_path):
    board = Board()
    shown(board, list(Scan().documents())[:8])
    latest = LatestPicture(board, tmp_path / "latest.png")
    latest.start()
    assert wait_for((tmp_path / "latest.png").exists)
    latest.close()


def test_the_last_points_are_drawn_when_it_is_closed(tmp_path):
    board, path = Board(), tmp_path / "latest.png"
    documents = list(Scan().documents())
    run = shown(board, documents[:8])
    latest = LatestPicture(board, path)
    latest.start()
    assert wait_for(path.exists)
    before = path.read_bytes()
    for name, doc in documents[8:]:
        board.take(run, name, doc)
    latest.close()
    assert path.read_bytes() != before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_gone_is_made_again(tmp_path):
    board, path = Board(), tmp_path / "gone" / "latest.png"
    shown(board, Scan().documents())
    latest = LatestPicture(board, path)
    latest.start()
    latest.close()
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_cannot_be_made_ends_nothing(tmp_path, caplog):
    (tmp_path / "file").touch()
    board = Board()
    shown(board, Scan().documents())
    latest = LatestPicture(board, tmp_path / "file" / "latest.png")
    latest.start()
    latest.close()
    assert "could not be brought up to date" in caplog.text


def test_a_run_that_cannot_be_drawn_does_not_keep_the_next_one_out(tmp_path, caplog):
    board, path = Board(), tmp_path / "latest.png"
    (_, start), *others = Scan().documents()
    shown(board, [("start", {k: v for k, v in start.items() if k != "time"}), *others])
    latest = LatestPicture(board, path)
    latest.start()
    assert wait_for(lambda: "could not be brought up to date" in caplog.text)
    shown(board, Scan(uid="bbbb", scan_id=2).documents())
    latest.close()
    assert path.exists()


def test_without_a_display_a_live_consumer_keeps_the_latest_picture(tmp_path, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("os.nice", lambda more: more)  # of the tests, that would stay
    writer = plot_consumer(str(tmp_path), "Cu foil", live=True)
    for name, doc in Scan().documents():
        writer(name, doc)
    writer.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in names if name.endswith("_latest.png")] != []
    assert len(names) == 2
