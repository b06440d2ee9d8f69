"""The first tutorial and the example of the README, typed as written."""

import io

import pytest

from blueline.session import open_session
from callbacks.replay import journals, start_of, stop_of
from tests.system.documents import python_blocks

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def typed(fast_ioc, tmp_path_factory):
    """The names at the prompt after everything was typed, and the folder of the data."""
    folder = tmp_path_factory.mktemp("tutorial")
    screen = io.StringIO()
    with open_session(folder, port=fast_ioc.port, prefix="F:", screen=screen) as session:
        names = session.namespace()
        for block in python_blocks("docs/tutorials/first-experiment.md"):
            exec(block, names)  # noqa: S102 - it is our own page
    return names | {"screen": screen.getvalue(), "folder": folder}


def test_every_run_of_the_tutorial_succeeds(typed):
    runs = journals(typed["folder"])
    plans = [start_of(path)["plan_name"] for path in runs]
    assert plans == ["ct", "ascan", "dscan", "xafs"]
    assert [stop_of(path)["exit_status"] for path in runs] == ["success"] * 4


def test_the_tutorial_finds_the_sample_where_it_is(typed):
    assert typed["found"].fit.center == pytest.approx(1.30, abs=0.05)


def test_the_tutorial_finds_the_copper_edge(typed):
    assert typed["edge"].energy == pytest.approx(8979, abs=1)


def test_the_tutorial_shows_a_table(typed):
    assert "41 points" in typed["screen"]


def test_the_tutorial_leaves_the_picture_it_names(typed):
    assert (typed["folder"] / "blueline_0004.png").stat().st_size > 10_000


def test_the_example_of_the_readme_finds_sample_and_absorption(
    fast_ioc, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    example = python_blocks("README.md")[0]
    names = {}
    exec(example.replace("port=5064", f'port={fast_ioc.port}, prefix="F:"'), names)  # noqa: S102
    assert names["fit"].center == pytest.approx(1.30, abs=0.05)
    assert f"sample at {names['fit'].center:.3f} ± " in capsys.readouterr().out
    assert names["session"].columns(names["uid"])["mu"].max() > 1.5
