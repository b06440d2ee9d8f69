"""Plots of scripts, where a test can look at them."""

import pytest

from tests.unit.callbacks.plot.recorded_plots import kept_plots


@pytest.fixture
def kept(tmp_path):
    with kept_plots(tmp_path) as made:
        yield made
