"""The numbers of a run are on disk beside it, whole or not at all."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from callbacks.errors import ResultError
from callbacks.peaks import Peaks
from callbacks.results import ResultFiles, read_results, results_consumer
from reduction.fits import fit_peak
from tests.unit.callbacks.scan_documents import Scan, mesh

UID = "0123abcd-aaaa"


def fed(consumer, *scans):
    for scan in scans:
        for name, doc in scan.documents():
            consumer(name, doc)
    return consumer


def counters(**settings):
    return Scan(uid=UID, scan_id=7, extra={"plot": {}, "derived": {}}, **settings)


def test_the_numbers_read_back_are_those_of_the_run(tmp_path):
    fed(ResultFiles(tmp_path), counters())
    stored, found = read_results(tmp_path, UID), fed(Peaks(), counters()).results[UID]
    assert stored.keys() == found.keys() == {"I0", "It", "If"}
    for name, numbers in found.items():
        assert stored[name].x == "x"
        assert repr(stored[name].peak) == repr(numbers.peak)
        assert repr(stored[name].fit) == repr(numbers.fit)


def test_the_file_is_named_as_the_journal_and_is_plain_json(tmp_path):
    files = fed(ResultFiles(tmp_path), counters())
    path = tmp_path / "results" / "0007_0123abcd.json"
    assert files.paths == [str(path)]
    content = json.loads(path.read_text(), parse_constant=pytest.fail)
    assert (content["version"], content["uid"], content["scan_id"]) == (1, UID, 7)


def test_nothing_is_stored_of_a_run_that_is_not_to_be_fitted(tmp_path):
    """PS-103."""
    scan = Scan(uid=UID, extra={"fit_scan": False})
    assert fed(ResultFiles(tmp_path), scan).paths == []
    assert not (tmp_path / "results").exists()


def test_a_number_that_is_missing_is_missing_when_read_back(tmp_path):
    fed(ResultFiles(tmp_path), counters())
    fit = read_results(tmp_path, UID)["I0"].fit
    assert not fit.success
    assert math.isnan(fit.center)


def test_the_file_is_replaced_and_nothing_else_is_left(tmp_path):
    fed(results_consumer(str(tmp_path), "blueline"), counters(), counters())
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["0007_0123abcd.json"]


@pytest.mark.parametrize("scan", [mesh(), Scan(motors=(), values=((),) * 9)])
def test_a_run_without_numbers_has_no_file(tmp_path, scan):
    fed(ResultFiles(tmp_path), scan)
    assert not (tmp_path / "results").exists()


def test_the_beginning_of_a_uid_names_a_run(tmp_path):
    fed(ResultFiles(tmp_path), counters())
    assert read_results(tmp_path, "0123").keys() == {"I0", "It", "If"}
    assert read_results(tmp_path, "0123abcd-bbbb") == {}
    assert read_results(tmp_path / "nowhere", UID) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2, "curves": {}}', '{"version": 1}'])
def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence(tmp_path, text):
    fed(ResultFiles(tmp_path), counters())
    (tmp_path / "results" / "0007_0123abcd.json").write_text(text)
    with pytest.raises(ResultError, match="replay the run's journal to make it again"):
        read_results(tmp_path, UID)


def test_what_is_known_already_is_stored_and_not_found_again(tmp_path, monkeypatch):
    calls = []

    def counted(*points, shape):
        calls.append(points)
        return fit_peak(*points, shape=shape)

    monkeypatch.setattr("callbacks.peaks.fit_peak", counted)
    peaks = Peaks()
    files = ResultFiles(tmp_path, peaks.of)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda consumer: fed(consumer, counters()), [peaks, files]))
    assert len(calls) == 3
    stored, found = read_results(tmp_path, UID), peaks.results[UID]
    assert all(repr(stored[name].fit) == repr(found[name].fit) for name in found)
    assert len(calls) == 3
