"""Formulas of what was measured and derived become a stream."""

import math

import pytest

from callbacks.formulas import Formulas
from callbacks.per_event import PerEvent
from callbacks.processing import Processed
from reduction.errors import ExpressionError
from tests.unit.callbacks.scan_documents import Scan


def derived(formulas, scan=None, before=None):
    scan, made = scan or Scan(), []
    processes = {**(before or {}), "normalised": formulas}
    follow = Processed(lambda name, doc: made.append((name, doc)), processes)
    for name, doc in scan.documents():
        follow(name, doc)
    name = next(iter(formulas.formulas))
    pages = [d for n, d in made if n in ("event", "event_page") and name in d["data"]]
    values = [d["data"][name] for d in pages]
    return [each for value in values for each in (value if isinstance(value, list) else [value])]


def test_a_formula_of_what_was_measured():
    data = [Scan().event(index)["data"] for index in range(11)]
    found = derived(Formulas({"per_monitor": "It / I0"}))
    assert found == [each["It"] / each["I0"] for each in data]


def test_a_formula_of_what_the_run_derives():
    data = [Scan().event(index)["data"] for index in range(11)]
    found = derived(Formulas({"double": "2 * mu"}))
    assert found == pytest.approx([2 * math.log(each["I0"] / each["It"]) for each in data])


def test_a_formula_of_what_was_derived_before():
    before = {"sums": PerEvent(lambda data: {"total": data["I0"] + data["It"]})}
    data = [Scan().event(index)["data"] for index in range(11)]
    found = derived(Formulas({"part": "It / total"}), before=before)
    assert found == [each["It"] / (each["I0"] + each["It"]) for each in data]


def test_a_number_that_never_comes_is_missing():
    assert all(map(math.isnan, derived(Formulas({"part": "It / total"}))))
    assert len(derived(Formulas({"part": "It / total"}))) == 11


def test_a_formula_that_cannot_be_read_is_refused_before_any_run():
    with pytest.raises(ExpressionError, match="refused"):
        Formulas({"bad": "__import__('os')"})


def test_units_are_told():
    made = []
    follow = Processed(
        lambda name, doc: made.append((name, doc)),
        {"normalised": Formulas({"rate": "I0 / seconds"}, {"rate": "counts/s"})},
    )
    for name, doc in Scan().documents():
        follow(name, doc)
    (keys,) = [d["data_keys"] for n, d in made if n == "descriptor" and d["name"] == "normalised"]
    assert keys["rate"]["units"] == "counts/s"
    assert keys["x"]["units"] == "mm"
