import time

import pytest

from callbacks.peaks import KEPT_RUNS, Peaks
from tests.unit.callbacks.scan_documents import Scan, mesh


def fed(*scans):
    peaks = Peaks()
    for scan in scans:
        for name, doc in scan.documents():
            peaks(name, doc)
    return peaks


def test_what_a_run_plots_is_analysed_and_fitted_when_it_stops():
    scan = Scan()
    found = fed(scan).results[scan.uid]["mu"]
    assert found.peak.kind == "peak"
    assert found.fit.center == pytest.approx(2.6, abs=0.01)


def is_fitted(numbers):
    return "_fit" in vars(numbers)


@pytest.mark.parametrize("says", [True, False])
def test_a_run_that_says_so_is_fitted_when_somebody_asks_and_not_before(says):
    """PS-103."""
    scan = Scan(extra={"fit_scan": says})
    numbers = fed(scan).results[scan.uid]["mu"]
    assert is_fitted(numbers) == says
    assert numbers.fit.success


def test_there_are_no_results_before_the_run_stops():
    scan = Scan()
    peaks = Peaks()
    for name, doc in list(scan.documents())[:-1]:
        peaks(name, doc)
    assert peaks.results == {}


def test_counters_are_analysed_where_nothing_else_is_plotted():
    scan = Scan(extra={"plot": {}, "derived": {}})
    assert fed(scan).results[scan.uid].keys() == {"I0", "It", "If"}


def test_a_map_has_no_peaks_along_a_line():
    assert fed(mesh()).results["mesh3"] == {}


def test_a_run_without_points_has_none():
    scan = Scan(values=())
    assert fed(scan).results[scan.uid] == {} or all(
        not numbers.fit.success for numbers in fed(scan).results[scan.uid].values()
    )


def test_only_the_last_runs_are_remembered():
    scans = [Scan(uid=f"{number:08d}", values=((0.0,),)) for number in range(KEPT_RUNS + 5)]
    assert list(fed(*scans).results) == [scan.uid for scan in scans[5:]]


def test_what_is_plotted_first_is_found_at_once_and_the_rest_when_asked_for():
    scan = Scan(extra={"plot": {}, "derived": {}})
    found = fed(scan).results[scan.uid]
    assert {"_peak", "_fit"} <= vars(found["I0"]).keys()
    assert not {"_peak", "_fit"} & vars(found["It"]).keys()
    assert found["It"].fit.success
    assert found["It"].peak is found["It"].peak


def test_another_model_is_fitted_when_asked_for():
    scan = Scan()
    numbers = fed(scan).results[scan.uid]["mu"]
    assert numbers.fitted("gaussian + constant")["center"].value == pytest.approx(2.6, abs=0.01)


def test_no_more_numbers_are_held_than_memory_allows(monkeypatch):
    monkeypatch.setattr("callbacks.peaks.KEPT_NUMBERS", 25)
    scans = [Scan(uid=f"{number:08d}") for number in range(5)]
    assert list(fed(*scans).results) == [scan.uid for scan in scans[3:]]
    monkeypatch.setattr("callbacks.peaks.KEPT_NUMBERS", 1)
    assert list(fed(*scans).results) == [scans[-1].uid]


def test_five_counters_cost_no_more_than_one_before_the_prompt():
    names = ("I0", "It", "If", "seconds", "mu")
    scan = Scan(extra={"plot": {"x": "x", "y": list(names)}})
    *others, stop = scan.documents()
    peaks = Peaks()
    for name, doc in others:
        peaks(name, doc)
    began = time.thread_time()
    peaks(*stop)
    assert time.thread_time() - began < 0.2  # 10 ms are usual
    assert peaks.results[scan.uid].keys() == set(names)
