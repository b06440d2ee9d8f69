"""The running scan is fitted as it grows, in no more time than was granted."""

import math
import time

import numpy as np
import pytest

from callbacks.live_fit import LiveFit
from reduction.errors import ReductionError
from tests.unit.callbacks.scan_documents import Scan, mesh, page


def fed(live, scan):
    for name, doc in scan.documents():
        live(name, doc)
    return live


def long_scan(points=3000, flat=False):
    """A scan whose counter has a peak, or is flat but for its noise; no derived column."""
    random = np.random.default_rng(1)
    scan = Scan(
        values=tuple((0.01 * i,) for i in range(points)),
        baseline=False,
        extra={"plot": {"x": "x", "y": ["I0"]}, "derived": {}},
    )
    event = scan.event

    def measured(index, **changes):
        height = 0 if flat else 1e3 * math.exp(-0.5 * ((index - points / 2) / (points / 10)) ** 2)
        return event(index, I0=height + random.normal(0, 10), **changes)

    scan.event = measured
    return scan


def test_the_last_fit_is_that_of_the_whole_run():
    scan = Scan()
    latest = fed(LiveFit(), scan).latest
    assert latest.is_final
    assert (latest.run, latest.x, latest.y, latest.points) == (scan.uid, "x", "mu", 11)
    assert latest.fit.center == pytest.approx(2.6, abs=0.01)
    assert latest.curve.peak_at == pytest.approx(2.6)


def test_the_scan_is_fitted_while_it_runs():
    shown = []
    fed(LiveFit(lambda found: shown.append((found.points, found.is_final)), share=1e9), Scan())
    assert [points for points, _ in shown] == [6, 7, 8, 9, 10, 11, 11]
    assert [is_final for _, is_final in shown] == [False] * 6 + [True]


@pytest.mark.parametrize("flat", [True, False])
def test_fits_take_no_more_than_their_share(flat):
    live = LiveFit(share=0.1)
    began = time.monotonic()
    fed(live, long_scan(flat=flat))
    longest = 0.25  # one fit may be under way, and the last one is made whatever it costs
    assert live.seconds <= 0.1 * (time.monotonic() - began) + 2 * longest


def test_between_fits_a_point_costs_next_to_nothing():
    live = LiveFit(share=1e-9)
    scan = long_scan(200)
    documents = list(scan.documents())
    fed_at = time.thread_time()
    for name, doc in documents[:-1]:
        live(name, doc)
    assert live.latest.points == 6
    assert (time.thread_time() - fed_at - live.seconds) / 200 < 1e-3


def test_another_model_may_be_asked_for():
    latest = fed(LiveFit(model="lorentzian + constant", share=1e9), Scan()).latest
    assert latest.fit.model == "lorentzian + constant"
    assert latest.fit["center"].value == pytest.approx(2.6, abs=0.05)


def test_an_unknown_model_is_refused_at_once():
    with pytest.raises(ReductionError, match="there is no model 'gausian'"):
        LiveFit(model="gausian")


def test_event_pages_are_followed():
    scan, live = Scan(baseline=False), LiveFit()
    live("start", scan.start())
    live("descriptor", scan.descriptor())
    live("event_page", page([scan.event(i) for i in range(11)]))
    live("stop", scan.stop())
    assert live.latest.points == 11


def test_flat_data_say_that_there_is_no_peak():
    latest = fed(LiveFit(), long_scan(200, flat=True)).latest
    assert not latest.fit.success
    assert latest.fit.message == "the data show no peak above the noise"


@pytest.mark.parametrize(
    "scan", [mesh(), Scan(motors=(), values=((),) * 9), Scan(values=((0.0,),) * 3), Scan(values=())]
)
def test_what_has_no_line_of_points_is_not_fitted(scan):
    assert fed(LiveFit(share=1e9), scan).latest is None


def test_two_runs_at_once_are_two_fits():
    shown = []
    live = LiveFit(lambda found: shown.append((found.run, found.points)), share=1e9)
    one, two = Scan(uid="one"), Scan(uid="two", values=tuple((0.5 * i,) for i in range(8)))
    for documents in zip(one.documents(), two.documents(), strict=False):
        for name, doc in documents:
            live(name, doc)
    assert ("one", 8) in shown
    assert ("two", 8) in shown
