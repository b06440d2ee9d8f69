"""A beamline described in a folder of YAML: read, checked as a whole, and made."""

import importlib
from typing import TYPE_CHECKING

from blueline.config.errors import ConfigError, Problem

if TYPE_CHECKING:
    from blueline.config.build import make_beamline
    from blueline.config.config_node import ConfigNode
    from blueline.config.configuration import Configuration
    from blueline.config.finding import find_configuration
    from blueline.config.loading import load_configuration
    from blueline.config.made_beamline import MadeBeamline

__all__ = [
    "ConfigError",
    "ConfigNode",
    "Configuration",
    "MadeBeamline",
    "Problem",
    "find_configuration",
    "load_configuration",
    "make_beamline",
]

#: Where each name is that is imported when it is asked for: pydantic and YAML take their time.
_HOMES = {
    "ConfigNode": "config_node",
    "Configuration": "configuration",
    "MadeBeamline": "made_beamline",
    "find_configuration": "finding",
    "load_configuration": "loading",
    "make_beamline": "build",
}


def __getattr__(name: str) -> object:
    """Import what is asked for."""
    if name not in _HOMES:
        message = f"module 'blueline.config' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"blueline.config.{_HOMES[name]}"), name)
