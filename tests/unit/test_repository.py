"""What the repository says of itself is true."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools.plot_pictures import FOLDER as PICTURE_FOLDER
from tools.plot_pictures import PICTURES
from tools.virtual_beamline_pages import FOLDER, PAGES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_make_target_that_is_documented_exists():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = {name for page in pages() for name in re.findall(r"make ([a-z-]+)", page.read_text())}
    assert {"demo", "test", "test-system", "soak", "lint", "bench", "docs"} <= targets
    commands = {word for word in named if f"`make {word}" in README or f"$ make {word}" in README}
    assert commands <= targets


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            path = (page.parent / target).resolve()
            assert path.exists() or is_made_when_built(path), target


def is_made_when_built(path):
    pictures = path.parent == PICTURE_FOLDER and path.stem in PICTURES
    return pictures or (path.parent == FOLDER and path.stem in PAGES)


def test_readme_starts_with_the_two_commands_and_a_picture():
    head = README.splitlines()[:12]
    assert [line.split("#")[0].strip() for line in head if line.startswith("$")] == [
        "$ make demo",
        "$ make test",
    ]
    assert any(line.startswith("![") for line in head)


def test_the_code_of_the_readme_compiles():
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for block in blocks:
        compile(block, "README.md", "exec")
    assert len(blocks) == 2


def test_every_command_of_the_reference_exists():
    from typer.main import get_command

    from blueline.cli import app

    command = get_command(app)
    groups = {name: each for name, each in command.commands.items() if hasattr(each, "commands")}
    known = set(command.commands) - set(groups)
    known |= {f"{name} {each}" for name, group in groups.items() for each in group.commands}
    page = (ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `blueline ([a-z]+)(?: ([a-z]+))?", page, re.MULTILINE)
    rows = [f"{first} {second}" if first in groups else first for first, second in found]
    assert set(rows) == known


def test_packages_are_listed_explicitly():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert packages == ["planlib", "devices", "callbacks", "sim_ioc", "reduction", "blueline"]
    assert all((ROOT / package / "py.typed").exists() for package in packages)


def test_no_file_is_larger_than_a_picture():
    assert [path.name for path in tracked() if path.stat().st_size > 300_000] == []


def test_no_path_of_one_machine_is_in_the_repository():
    ours = [path for path in tracked() if path.suffix in {".py", ".md", ".toml", ".csv", ".yml"}]
    words = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/")
    found = [
        (path.name, word)
        for path in ours
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_the_example_of_a_beamline_holds_its_description_alone():
    from blueline.config.example_beamline import EXAMPLE

    kinds = {path.suffix for path in EXAMPLE.rglob("*") if path.is_file()}
    assert kinds - {".pyc"} == {".yml", ".py", ".svg"}
