from callbacks.plot.board import Board
from tests.unit.callbacks.plot.drawn import shown
from tests.unit.callbacks.scan_documents import Scan


def test_nothing_is_shown_before_there_are_points():
    board = Board()
    scan = Scan()
    board.take(board.begin(scan.start()), "descriptor", scan.descriptor())
    assert board.shown() is None


def test_a_run_is_shown_from_its_first_point_on():
    board = Board()
    shown(board, list(Scan().documents())[:5])
    now = board.shown()
    assert now is not None
    assert len(now.run) == 1


def test_each_document_of_what_is_shown_makes_a_new_version():
    board = Board()
    documents = list(Scan().documents())
    run = shown(board, documents[:5])
    before = board.version
    board.take(run, *documents[5])
    assert board.version == before + 1


def test_of_two_open_runs_the_later_is_shown_until_it_stops():
    board = Board()
    outer, inner = list(Scan().documents()), list(Scan(uid="inner").documents())
    first = shown(board, outer[:5])
    second = shown(board, inner[:5])
    board.take(first, *outer[5])
    assert board.shown().run.uid == "inner"
    for name, doc in inner[5:]:
        board.take(second, name, doc)
    board.take(first, *outer[6])
    assert board.shown().run.uid == Scan().uid


def test_runs_that_ended_are_kept_to_be_shown_beside_later_ones_newest_first():
    board = Board()
    for number in range(13):
        board.end(shown(board, Scan(uid=f"run {number}").documents()))
    shown(board, Scan(uid="now").documents())
    assert [run.uid for run in board.shown().earlier] == [f"run {n}" for n in range(12, 2, -1)]


def test_what_was_shown_at_the_end_of_a_run_does_not_have_the_run_among_the_earlier():
    board = Board()
    assert board.end(shown(board, Scan().documents())).earlier == ()


def test_the_newest_run_is_shown_as_somebody_wants_it_until_the_next_one():
    """BL-155."""
    board = Board()
    shown(board, Scan(extra={"plot": {"y": ["If"]}}).documents())
    board.replot({"y": ["It"]})
    assert board.shown().run.start["plot"] == {"y": ["It"]}
    assert board.shown().run.columns.start["plot"] == {"y": ["It"]}
    board.replot(None)
    assert board.shown().run.start["plot"] == {"y": ["If"]}
    board.replot({"y": ["It"]})
    shown(board, Scan(uid="later", extra={"plot": {"y": ["I0"]}}).documents())
    assert board.shown().run.start["plot"] == {"y": ["I0"]}


def test_the_picture_of_a_run_is_not_changed_by_how_somebody_wants_to_see_it():
    board = Board()
    run = shown(board, Scan(extra={"plot": {"y": ["If"]}}).documents())
    board.replot({"y": ["It"]})
    assert board.end(run).run.start["plot"] == {"y": ["If"]}


def test_where_axes_stand_is_marked_until_the_run_is_drawn_again():
    board = Board()
    shown(board, Scan().documents())
    board.mark({"x": 1.5})
    assert board.shown().stands == {"x": 1.5}
    board.replot(None)
    assert board.shown().stands == {}
