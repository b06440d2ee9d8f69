"""Whatever a package offers is documented, and shown where it is a plan, a device or a callback."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
PACKAGES = ("planlib", "devices", "callbacks", "blueline", "callbacks.plot")


def documented() -> list[str]:
    return re.findall(r"^   ((?:\w+\.)+\w+)$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)


def found(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def public() -> list[str]:
    return [
        f"{package}.{name}"
        for package in PACKAGES
        for name in importlib.import_module(package).__all__
    ]


@pytest.mark.parametrize("name", documented())
def test_what_the_reference_lists_exists_and_says_what_it_is(name):
    assert inspect.getdoc(found(name))


@pytest.mark.parametrize("package", PACKAGES)
def test_all_is_sorted_and_exists(package):
    names = importlib.import_module(package).__all__
    assert all(hasattr(importlib.import_module(package), name) for name in names)
    assert len(set(names)) == len(names)


def test_the_reference_lists_all_that_is_public():
    known = {name.rpartition(".")[2] for name in documented()}
    missing = [name for name in public() if name.rpartition(".")[2] not in known]
    assert missing == ["planlib.DEFAULT_REGIONS", "planlib.py4syn", "callbacks.plot.plot_consumer"]


#: What people do not call themselves, or what a page shows better than a line would.
SHOWN_ELSEWHERE = {
    "callbacks.Consumer",
    "callbacks.Follower",
    "callbacks.catalog_runs.Run",
    "callbacks.read_results",
    "callbacks.InProcess",
    "callbacks.InThread",
    "callbacks.interrupted",
    "callbacks.next_scan_id",
    "callbacks.nexus_file.NexusWriter",
    "callbacks.plot.draw",
    "callbacks.plot.rebuild_plot",
    "callbacks.require_writable",
    "blueline.epics.use_loopback",
    "devices.DeadlineStatus",
    "planlib.Agent",
    "planlib.SessionContext",
    "planlib.edge_energy",
    "planlib.step_scan",
    "reduction.expression.Evaluated",
}


def is_to_be_shown(name: str) -> bool:
    thing = found(name)
    if inspect.isclass(thing):
        is_plain = issubclass(thing, BaseException) or hasattr(thing, "__dataclass_fields__")
        return not is_plain and name not in SHOWN_ELSEWHERE
    return name not in SHOWN_ELSEWHERE


@pytest.mark.parametrize("name", list(filter(is_to_be_shown, documented())))
def test_every_public_plan_device_and_callback_has_an_example(name):
    assert ">>> " in (inspect.getdoc(found(name)) or "")
