"""What is not loaded before somebody needs it, and that it is there for who does."""

import importlib
import subprocess
import sys

import pytest

from blueline.late_imports import known_versions, load_ophyd, standing_in

#: Slow to load, and needed by few commands, or after the first scan, or in other processes alone.
SELDOM = {
    "bluesky_queueserver",
    "caproto",
    "dask",
    "databroker",
    "h5py",
    "hdf5plugin",
    "jedi",
    "lmfit",
    "matplotlib",
    "networkx",
    "ophyd_async",
    "pandas",
    "plotext",
    "psutil",
    "pydantic",
    "ruamel",
    "scipy",
    "setuptools",
    "tiled",
    "uncertainties",
    "xarray",
    "xraydb",
}
#: What a session is made of.
SESSION = {"bluesky", "callbacks", "devices", "epics", "event_model", "numpy", "ophyd", "planlib"}
OPENED = """
import io, sys
from blueline import open_session
from blueline.beamline import Beamline

def make(prefix, data):
    from ophyd import Signal
    return Beamline({"x": Signal(name="x", value=1.0)})

with open_session(data="data", make=make, screen=io.StringIO()) as session:
    print(sorted(heavy & set(sys.modules)))
    from blueline.shell.prompt import Prompt
    Prompt(session)
    print(sorted(heavy & set(sys.modules)))
"""


def printed(code, folder):
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    )
    return ran.stdout.splitlines()


def loaded(module, among, folder):
    (line,) = printed(f"import {module}, sys; print(sorted({among!r} & set(sys.modules)))", folder)
    return line


@pytest.mark.parametrize(
    "module", ["blueline", "blueline.cli", "blueline.opening", "blueline.simulation"]
)
def test_an_import_loads_nothing_that_takes_long(module, tmp_path):
    assert loaded(module, SELDOM | SESSION | {"IPython"}, tmp_path) == "[]"


@pytest.mark.parametrize(
    "module", ["blueline.config.loading", "blueline.config.commands", "blueline.queue.reports"]
)
def test_the_parts_of_a_command_load_nothing_of_a_session(module, tmp_path):
    seldom = SELDOM - {"pydantic", "ruamel"}
    assert loaded(module, seldom | SESSION | {"IPython"}, tmp_path) == "[]"


def test_before_the_first_scan_nothing_is_loaded_that_the_prompt_can_do_without(tmp_path):
    *_, session, prompt = printed(f"heavy = {SELDOM!r}{OPENED}", tmp_path)
    assert (session, prompt) == ("[]", "[]")


def run(code):
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_ophyd_was_not_given_is_loaded_when_it_is_used():
    run(
        f"from blueline.late_imports import {load_ophyd.__name__}\n"
        "load_ophyd()\n"
        "from ophyd.areadetector import base\n"
        "assert base.nx.DiGraph().number_of_nodes() == 0\n"
        "import networkx\n"
        "assert base.nx.Graph is networkx.Graph\n"
    )


def test_the_versions_in_a_start_document_are_as_without(tmp_path):
    pytest.importorskip("ophyd_async")
    run(
        f"from blueline.late_imports import {known_versions.__name__}\n"
        "from bluesky import RunEngine\n"
        "with known_versions():\n"
        "    noted = RunEngine().md['versions']\n"
        "import ophyd_async\n"
        "assert noted == RunEngine().md['versions'], noted\n"
        "assert noted['ophyd_async'] == ophyd_async.__version__\n"
    )


def test_a_module_that_is_not_installed_is_none():
    with standing_in("no_such_module"):
        assert "no_such_module" not in sys.modules


def test_one_that_is_loaded_stays_as_it_is():
    with standing_in("subprocess"):
        assert sys.modules["subprocess"] is subprocess


def test_who_asks_for_something_of_it_gets_the_module_itself():
    with standing_in("colorsys", __version__="1"):
        colorsys = importlib.import_module("colorsys")
        assert vars(colorsys)["__version__"] == "1"
        assert colorsys.rgb_to_hsv(1, 1, 1) == (0.0, 0.0, 1)
    assert sys.modules["colorsys"].__file__
