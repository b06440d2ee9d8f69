import numpy as np
import pytest

from callbacks.plotted import plotted, values_of
from callbacks.run_columns import RunColumns
from tests.unit.callbacks.scan_documents import Scan


def test_an_expression_has_a_value_for_each_point():
    arrays = {"I0": np.array([4.0, 9.0]), "time": np.array([0.0, 1.0])}
    assert values_of("sqrt(I0)", arrays).tolist() == [2, 3]
    assert values_of('C["I0"] * 2', arrays).tolist() == [8, 18]
    assert values_of("1 + 1", arrays).tolist() == [2, 2]
    assert values_of("log(It)", arrays) is None


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (None, ("mu",)),
        ({"y": ["log(I0/It)", "If"]}, ("log(I0/It)", "If")),
        ({"y": "If"}, ("If",)),
        ({"y": ["nothing", "If"]}, ("If",)),
        ({"y": []}, ("mu",)),
        ({"right": ["If"]}, ("mu",)),
        ("If", ("mu",)),
    ],
)
def test_what_is_asked_for_is_plotted_where_the_run_has_it(asked, shown):
    columns = RunColumns(Scan().start())
    for name, doc in Scan().documents():
        columns(name, doc)
    assert plotted(columns, columns.arrays(), asked)[: len(shown)] == shown
