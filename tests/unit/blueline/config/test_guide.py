"""What the guide shows can be loaded."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from blueline.config.commands import app
from blueline.config.example_beamline import write_example
from blueline.config.loading import load_configuration

GUIDE = Path(__file__).parents[4] / "docs" / "how-to" / "describe-a-beamline.md"
TEXT = GUIDE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_of_the_guide_is_right(write, number):
    names = {"defaults": "__init__", "beamline": "beamline"}
    name = names.get(BLOCKS[number].partition(":")[0], "shown")
    assert load_configuration(write(**{name: BLOCKS[number]})).name == "test"


def test_problems_of_all_kinds_are_told_at_once_as_the_guide_shows_them(tmp_path, monkeypatch):
    """Y1 to Y4."""
    monkeypatch.chdir(tmp_path)
    folder = write_example("mine", Path())
    for file, old, new in (
        ("motors/__init__.yml", "devices.Motor", "devices.Moter"),
        ("readout.yml", "labels: [counter]", "later: NO"),
        ("optics.yml", "number: 4", 'number: "4"'),
    ):
        path = folder / file
        path.write_text(path.read_text().replace(old, new))
    with (folder / "motors" / "motors.yml").open("a") as file:
        file.write('  - {name: x, prefix: "BL:other"}\n')
        file.write('  - {name: z, prefix: "$(Q)z", tolerence: 0.1}\n')
    told = CliRunner().invoke(app, ["check", "mine"]).output
    shown = re.search(r"told at once:\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    assert shown is not None
    assert told == shown[1]
