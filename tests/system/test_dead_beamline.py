"""A described session where devices cannot be made, and where none of them answers (BL-06)."""

import io

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest

from blueline import BluelineError, open_session
from blueline.config.example_beamline import write_example
from devices import NotConnectedError
from planlib import ascan


def changed(path, *changes):
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


#: In the place of the scaler: its counter is no channel.
_BROKEN = """    arguments:
      counters: {I0: 0}
"""


@pytest.fixture(scope="module")
def folder(instant_ioc, tmp_path_factory):
    folder = write_example("mine", tmp_path_factory.mktemp("beamlines"))
    port = ("port: 5064", f"port: {instant_ioc.port}")
    changed(folder / "beamline.yml", ('P: "BL:"', f'P: "{instant_ioc.prefix}"'), port)
    readout = folder / "readout.yml"
    begins = readout.read_text().index("    arguments:")
    ends = readout.read_text().index("  - name: camera")
    changed(readout, (readout.read_text()[begins:ends], _BROKEN))
    setup = folder / "setup" / "default.py"
    setup.write_text(setup.read_text() + "\nno_such_name\n")
    return folder


@pytest.fixture(scope="module")
def screen():
    return io.StringIO()


@pytest.fixture(scope="module")
def session(folder, screen):
    with open_session(folder, screen=screen) as opened:
        yield opened


def test_a_device_that_could_not_be_made_is_in_the_tables_with_its_place(session, screen, folder):
    rows = {line.split()[0]: line for line in str(session.health).splitlines()}
    assert rows["scaler"].split()[1:3] == ["not", "made"]
    assert rows["scaler"].endswith(f", at {folder}/readout.yml:4")
    assert rows["mg"].split()[1:3] == ["not", "made"]
    session.namespace()["lsconfig"]("sc*")
    assert screen.getvalue().splitlines()[-1].split() == [
        *("scaler", "Scaler", "not", "made", "readout.yml:4")
    ]


def test_a_count_without_the_only_counter_says_why_it_is_not_there(session):
    with pytest.raises(BluelineError, match=r"scaler could not be made: .*readout\.yml:4"):
        session.RE(session.namespace()["ct"](1))


def test_all_that_is_told_when_a_session_opens_is_in_the_log(session, screen):
    log = (session.folder.root / "blueline.log").read_text()
    for words in ("scaler could not be made: ", "NameError: name 'no_such_name'"):
        assert words in screen.getvalue()
        assert words in log


@pytest.fixture(scope="module")
def silent(instant_ioc, tmp_path_factory):
    """A described beamline with hardware, none of which is there, and what was said."""
    folder = write_example("silent", tmp_path_factory.mktemp("silent"))
    text = (folder / "beamline.yml").read_text()
    simulation = text[text.index("  simulation:") : text.index("  channel_access:")]
    port = ("port: 5064", f"port: {instant_ioc.port}")
    changed(folder / "beamline.yml", (simulation, ""), ('P: "BL:"', 'P: "NOBODY:"'), port)
    screen = io.StringIO()
    with open_session(folder, screen=screen) as opened:
        yield opened, screen


def test_a_described_beamline_of_which_nothing_answers_is_opened_and_told(silent):
    session, screen = silent
    said = screen.getvalue()
    assert "nothing can be measured, for none of the devices answers" in said
    assert "channel_access in beamline.yml" in said
    assert "blueline ioc" not in said
    rows = [line.split()[1] for line in str(session.health).splitlines()]
    assert rows.count("failed") > 10
    assert "connected" not in rows


def test_its_data_can_be_looked_at_and_organised(silent):
    session, screen = silent
    names = session.namespace()
    names["runs"]()
    assert "no run" in screen.getvalue().splitlines()[-1]
    session.data_policy.use("esrf")
    names["newsample"]("copper")
    assert "copper" in str(session.data_policy.place().folder)


@pytest.mark.parametrize(
    "plan",
    [
        lambda session: bps.mv(session.devices["x"], 1),
        lambda session: ascan(session.devices["x"], 0, 1, 4, 0.1),
        lambda session: bp.count([session.devices["scaler"]]),
        lambda session: session.namespace()["ct"](1),
    ],
)
def test_its_plans_are_refused_with_the_reason(silent, plan):
    session, _ = silent
    with pytest.raises(NotConnectedError, match=r"none of the devices answers: are the IOCs run"):
        session.RE(plan(session))
