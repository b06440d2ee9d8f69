"""Libraries that others load at once, and that nobody needs before the prompt.

Read in their sources, and measured with ``-X importtime``: ophyd loads networkx for the pictures of
area detectors, and setuptools where epicscorelibs is installed; bluesky's RunEngine loads
ophyd-async where that is installed, for its version.
"""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from types import ModuleType


class StandIn(ModuleType):
    """A module that is loaded when somebody wants something of it.

    Parameters
    ----------
    name
        Of the module.
    facts
        What is known of it without loading it.
    """

    def __init__(self, name: str, **facts: object) -> None:
        super().__init__(name)
        vars(self).update(facts)

    def __getattr__(self, name: str) -> object:
        """Load it, unless somebody only looks what kind of module it is, as `inspect` does."""
        if name.startswith("__"):
            message = f"module {self.__name__!r} is not loaded yet and has no {name!r} known"
            raise AttributeError(message)
        return getattr(self._loaded(), name)

    def _loaded(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)


@contextlib.contextmanager
def standing_in(name: str, **facts: object) -> Iterator[None]:
    """Have a module not loaded by what only names it here; who imports it afterwards gets it.

    Nothing happens where it is loaded already, or not installed.
    """
    if name in sys.modules or find_spec(name) is None:
        yield
        return
    sys.modules[name] = there = StandIn(name, **facts)
    try:
        yield
    finally:
        if sys.modules.get(name) is there:
            del sys.modules[name]


def load_ophyd() -> None:
    """Import ophyd without what it does not need; Channel Access is to be set up before."""
    with standing_in("networkx"), standing_in("setuptools_dso", __path__=_path("setuptools_dso")):
        importlib.import_module("ophyd")


@contextlib.contextmanager
def known_versions() -> Iterator[None]:
    """Have bluesky note the version of ophyd-async without loading it."""
    with contextlib.ExitStack() as standing:
        with contextlib.suppress(metadata.PackageNotFoundError):
            facts = {"__version__": metadata.version("ophyd-async")}
            standing.enter_context(standing_in("ophyd_async", **facts))
        yield


def _path(name: str) -> list[str]:
    """Give the folders of a package."""
    found = None if name in sys.modules else find_spec(name)
    return list(found.submodule_search_locations or ()) if found is not None else []
