"""A data folder, and a journal that writes there."""

import pytest

from callbacks.journal import Journal
from callbacks.naming import DataFolder


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "data")


@pytest.fixture
def journal(folder):
    made = Journal(folder.journal_path)
    yield made
    made.close()
