"""The first tutorial and the example of the README, typed as written."""

import json
import os
import subprocess
import sys

import pytest

from callbacks.replay import journals, start_of, stop_of
from tests.system.documents import python_blocks

pytestmark = pytest.mark.timeout(180)

#: Runs in a process of its own, on a virtual beamline of its own, as a reader's does.
PROMPT = """
import json, sys
from blueline.opening import open_session
from sim_ioc.process import IocProcess

with IocProcess(time_factor=20, seed=1) as ioc, open_session(data="data", port=ioc.port) as session:
    names = session.namespace()
    for block in json.load(sys.stdin):
        exec(block, names)
    found = {"center": names["found"].fit.center, "edge": names["edge"].energy}
    json.dump(found, open("found.json", "w"))
"""

SCRIPT = """
import json, sys
from sim_ioc.process import IocProcess

with IocProcess(time_factor=20, seed=1) as ioc:
    names = {}
    exec(json.load(sys.stdin)[0].replace("port=5064", f"port={ioc.port}"), names)
    mu = names["session"].columns(names["uid"])["mu"]
    json.dump({"center": names["fit"].center, "mu": mu.max()}, open("found.json", "w"))
"""


def typed(program, page, folder):
    """Run the code of a page in a folder; give what it found and what was on the screen."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(python_blocks(page)),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "found.json").read_text()), done.stdout


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tutorial")
    found, screen = typed(PROMPT, "docs/tutorials/first-experiment.md", folder)
    return found | {"screen": screen, "folder": folder / "data"}


def test_every_run_of_the_tutorial_succeeds(tutorial):
    runs = journals(tutorial["folder"])
    plans = [start_of(path)["plan_name"] for path in runs]
    assert plans == ["ascan", "dscan", "xafs"]
    assert [stop_of(path)["exit_status"] for path in runs] == ["success"] * 3


def test_the_tutorial_finds_the_sample_where_it_is(tutorial):
    assert tutorial["center"] == pytest.approx(1.30, abs=0.05)


def test_the_tutorial_finds_the_copper_edge(tutorial):
    assert tutorial["edge"] == pytest.approx(8979, abs=1)


def test_the_tutorial_shows_a_table(tutorial):
    assert "41 points" in tutorial["screen"]


def test_the_tutorial_leaves_the_picture_it_names(tutorial):
    assert (tutorial["folder"] / "blueline_0003.png").stat().st_size > 10_000


def test_the_example_of_the_readme_finds_sample_and_absorption(tmp_path):
    found, screen = typed(SCRIPT, "README.md", tmp_path)
    assert found["center"] == pytest.approx(1.30, abs=0.05)
    assert f"sample at {found['center']:.3f} ± " in screen
    assert found["mu"] > 1.5
