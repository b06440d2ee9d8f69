"""Beamlines written for one test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from blueline.config.configuration import Configuration
from blueline.config.errors import ConfigError
from blueline.config.loading import load_configuration

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files into a beamline, e.g. ``write(devices="devices: []")``; gives its folder."""

    def written(folder: str = "", **files: str) -> Path:
        place = tmp_path / folder
        place.mkdir(parents=True, exist_ok=True)
        beamline = tmp_path / "beamline.yml"
        if not beamline.exists():
            beamline.write_text("beamline:\n  name: test\n")
        for name, text in files.items():
            (place / f"{name}.yml").write_text(text)
        return tmp_path

    return written


@pytest.fixture
def loaded(write: Write) -> Callable[..., Configuration]:
    """Write files and load them."""
    return lambda **files: load_configuration(write(**files))


@pytest.fixture
def problems(write: Write) -> Callable[..., list[str]]:
    """Write files, and give what is wrong with them as ``file:line: sentence``."""

    def found(**files: str) -> list[str]:
        folder = write(**files)
        with pytest.raises(ConfigError) as caught:
            load_configuration(folder)
        return [str(each).removeprefix(f"{folder}/") for each in caught.value.problems]

    return found
