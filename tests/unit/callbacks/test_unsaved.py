"""A run that says ``save: False`` is in the journal, and nowhere else (BL-90)."""

import pytest

from callbacks.csv_file import csv_consumer
from callbacks.journal import Journal
from callbacks.naming import is_saved
from callbacks.nexus_file import nexus_consumer
from callbacks.plot import plot_consumer
from callbacks.processed_files import ProcessedFiles
from callbacks.processing import Processed
from callbacks.recover import recover
from callbacks.results import results_consumer
from callbacks.spec_file import spec_consumer
from callbacks.xdi_file import xdi_consumer
from tests.unit.callbacks.scan_documents import Scan

WITH_FORMULAS = {"processing": {"norm": {"kind": "formulas", "formulas": {"n": "It / I0"}}}}


def processed_consumer(root):
    return Processed(ProcessedFiles(root))


WRITERS = {
    "spec": (spec_consumer, {}),
    "csv": (csv_consumer, {}),
    "xdi": (xdi_consumer, {"motors": ("energy",)}),
    "nexus": (nexus_consumer, {}),
    "results": (results_consumer, {}),
    "plot": (plot_consumer, {}),
    "processed": (processed_consumer, {"extra": WITH_FORMULAS}),
}


def files_after(scan, make, root):
    root.mkdir(exist_ok=True)
    consumer = make(root=str(root))
    for name, doc in scan.documents():
        consumer(name, doc)
    getattr(consumer, "close", lambda: None)()
    return [path for path in root.rglob("*") if path.is_file()]


def scan_of(facts, **extra):
    given = {**facts, "extra": {**facts.get("extra", {}), **extra}}
    if "motors" in given:
        given["values"] = tuple((8970.0 + i,) for i in range(11))
    return Scan(**given)


@pytest.mark.parametrize("kind", WRITERS)
def test_no_writer_makes_a_file_of_it(kind, tmp_path):
    make, facts = WRITERS[kind]
    assert files_after(scan_of(facts), make, tmp_path / "saved")
    assert files_after(scan_of(facts, save=False), make, tmp_path / "not") == []


@pytest.mark.parametrize("kind", WRITERS)
def test_the_run_after_it_is_written_as_ever(kind, tmp_path):
    make, facts = WRITERS[kind]
    consumer = make(root=str(tmp_path))
    for scan in (scan_of(facts, save=False), scan_of({**facts, "uid": "next", "scan_id": 2})):
        for name, doc in scan.documents():
            consumer(name, doc)
    getattr(consumer, "close", lambda: None)()
    assert any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("number", [None, 8], ids=["whole", "interrupted"])
def test_recovery_closes_it_and_makes_no_file(folder, number):
    scan = Scan(uid="run", extra={"save": False})
    journal = Journal(folder.journal_path)
    for name, doc in list(scan.documents())[:number]:
        journal(name, doc)
    journal.close()
    assert [done.was_open for done in recover(folder.root)] == ([True] if number else [])
    made = [path for path in folder.root.rglob("*") if path.is_file()]
    assert made == [folder.journal_path(scan.start())]


@pytest.mark.parametrize("told", [{}, {"save": True}, {"save": None}, {"save": 0}], ids=str)
def test_only_a_plain_no_keeps_a_run_from_its_files(told):
    assert is_saved(told)
