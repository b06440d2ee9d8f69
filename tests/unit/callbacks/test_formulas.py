"""Formulas of what was measured and derived become a stream."""

import math

import pytest

from callbacks.derived_stream import Row
from callbacks.formulas import Formulas
from callbacks.per_event import PerEvent
from callbacks.processing import Processed
from reduction.errors import ExpressionError
from tests.unit.callbacks.scan_documents import Scan, interrupted


def derived(formulas, documents=None, before=None):
    made = []
    processes = {**(before or {}), "normalised": formulas}
    follow = Processed(lambda name, doc: made.append((name, doc)), processes)
    for name, doc in documents or Scan().documents():
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


def test_after_an_interruption_what_comes_late_is_of_its_own_point():
    class Late:
        keys = {}  # noqa: RUF012

        def __init__(self):
            self.rows = []

        def __call__(self, name, doc):
            if name == "event":
                row = Row(doc["seq_num"], doc["time"], {"copy": doc["data"]["I0"]})
                self.rows.append(row)
            return self.rows if name == "stop" else []

    documents = list(interrupted(Scan()))
    before = {"late": lambda start: Late()}
    assert derived(Formulas({"part": "copy / I0"}), documents, before) == [1.0] * 5


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
