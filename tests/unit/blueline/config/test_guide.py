"""What the guide shows can be loaded."""

import re
from pathlib import Path

import pytest

from blueline.config.loading import load_configuration

GUIDE = Path(__file__).parents[4] / "docs" / "how-to" / "describe-a-beamline.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_of_the_guide_is_right(write, number):
    name = "__init__" if BLOCKS[number].startswith("defaults") else "shown"
    assert load_configuration(write(**{name: BLOCKS[number]})).name == "test"
