"""Runs as the pictures see them."""

from callbacks.plot import draw
from callbacks.plot.run_data import RunData
from tests.unit.callbacks.scan_documents import Scan, page


def data_of(documents):
    documents = list(documents)
    run = RunData(documents[0][1])
    for name, doc in documents:
        run(name, doc)
    return run


def snapshot_of(documents):
    return data_of(documents).snapshot()


def drawn(documents, earlier=(), overlay=0):
    return draw(snapshot_of(documents), [snapshot_of(each) for each in earlier], overlay)


def painted(documents):
    """Draw down to the pixels, which finds what only fails then."""
    figure = drawn(documents)
    figure.canvas.draw()
    return figure


def paged(documents):
    """Put the events of the points into one page."""
    documents = list(documents)
    points = [d for n, d in documents if n == "event" and d["descriptor"].endswith("-primary")]
    others = [(n, d) for n, d in documents if d not in points]
    return [*others[:-1], ("event_page", page(points)), others[-1]]


def shown(board, documents):
    documents = list(documents)
    run = board.begin(documents[0][1])
    for name, doc in documents:
        board.take(run, name, doc)
    return run


def legend(axes):
    found = axes.get_legend()
    return "" if found is None else "\n".join(text.get_text() for text in found.get_texts())


def counted(**plot):
    """Make a scan of three counters that asks for a plot."""
    return Scan(extra={"plot": plot, "derived": {}})
