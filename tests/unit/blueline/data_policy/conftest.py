"""Data policies of both layouts."""

import pytest

from blueline.data_policy import ESRF, SIMPLE, DataPolicy
from blueline.settings import open_settings
from tests.unit.blueline.data_policy.moments import NOON


@pytest.fixture
def store(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as opened:
        yield opened


@pytest.fixture
def root(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def md():
    return {}


@pytest.fixture
def esrf(store, root, md):
    return DataPolicy(store, root, ESRF, {"beamline": "bm23"}, md, lambda: NOON)


@pytest.fixture
def simple(store, root, md):
    return DataPolicy(store, root, SIMPLE, {"data_set": "demo"}, md, lambda: NOON)
