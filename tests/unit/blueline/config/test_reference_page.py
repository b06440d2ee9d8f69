"""The page in the docs is made from the models, and every key has its meaning."""

from pathlib import Path

import pytest

from blueline.config import reference_page as page
from blueline.config.file_model import FileModel

DOCS = Path(__file__).parents[4] / "docs" / "reference" / "configuration.md"


def test_the_page_says_what_the_models_say():
    assert DOCS.read_text(encoding="utf-8") == page.reference_page(), (
        "run: python tools/configuration_page.py"
    )


def models(model, seen):
    seen[model.__name__] = model
    for definition in model.model_json_schema()["$defs"]:
        seen.setdefault(definition, None)
    return seen


def test_every_model_has_its_table():
    told = {model.__name__ for model in page._TABLES.values()}
    assert set(models(FileModel, {})) == told


@pytest.mark.parametrize("model", page._TABLES.values(), ids=lambda model: model.__name__)
def test_every_key_has_a_description(model):
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name}"
