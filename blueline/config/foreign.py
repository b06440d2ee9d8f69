"""Devices that other programs describe, as ours: what both importers have in common."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from blueline.config.beamline_model import PACKAGES
from blueline.config.class_paths import allowed
from blueline.config.device_model import DeviceModel
from blueline.config.errors import ConfigError, Problem
from blueline.yaml_text import item


@dataclass
class Imported:
    """What was found in a file of another program.

    Parameters
    ----------
    devices
        Keys and values of each.
    notes
        What was changed or could not be taken, a sentence each.
    """

    source: Path
    devices: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, device: dict[str, Any]) -> None:
        """Take a device, under a name that can be typed, where our model takes it."""
        asked = str(device["name"])
        device = {key: value for key, value in device.items() if value not in (None, "", [], {})}
        device["name"] = re.sub(r"\W", "_", asked, flags=re.ASCII)
        if device["name"] != asked:
            self.notes.append(f"{asked} is called {device['name']}: names are what people type")
        try:
            DeviceModel.model_validate(device)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            self.notes.append(f"{asked} is left out: {where}: {first['msg']}")
        else:
            self.devices.append(device)

    @property
    def packages(self) -> list[str]:
        """Packages that must be named in ``beamline`` before these classes are made."""
        paths = [device["class"] for device in self.devices]
        found = [path for path in paths if not allowed(path, PACKAGES)]
        return sorted({path.replace(":", ".").split(".")[0] for path in found})

    def text(self) -> str:
        """Give it as a file of ours."""
        if not self.devices:
            raise ConfigError([Problem(self.source, 0, "no device could be taken from it")])
        head = [f"# Devices of {self.source.name}."]
        if self.packages:
            head.append(f"# beamline.yml needs packages: [{', '.join(self.packages)}]")
        head += [f"# {note}" for note in self.notes]
        return "\n".join([*head, "", "devices:", *map(item, self.devices)]) + "\n"


def import_devices(source: Path) -> Imported:
    """Read what apsbits (``devices.yml``) or happi (JSON) describe, by the ending of the file.

    Raises
    ------
    ConfigError
        The file cannot be read, or is something else.

    Examples
    --------
    >>> print(import_devices(Path("devices.yml")).text())  # doctest: +SKIP
    """
    from blueline.config.from_apsbits import from_apsbits
    from blueline.config.from_happi import from_happi

    readers = {".json": from_happi, ".yml": from_apsbits, ".yaml": from_apsbits}
    if source.suffix not in readers:
        sentence = "devices.yml of apsbits and the JSON of happi can be imported"
        raise ConfigError([Problem(source, 0, sentence)])
    return readers[source.suffix](source)
