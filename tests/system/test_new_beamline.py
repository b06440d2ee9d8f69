"""The example that `blueline new beamline` writes is the virtual beamline, and works."""

import io
from pathlib import Path
from typing import Any

import pytest

from blueline.beamline import Beamline, virtual_beamline
from blueline.config import load_configuration, make_beamline
from blueline.config.device_settings import apply_config, settings_to_config
from blueline.config.example_beamline import write_example
from blueline.config.setup_file import run_setup
from blueline.connections import connect
from devices.health import channels_of
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example("mine", tmp_path_factory.mktemp("beamlines"))


@pytest.fixture(scope="module")
def configuration(folder: Path) -> Any:
    return load_configuration(folder)


@pytest.fixture(scope="module")
def made(configuration: Any, instant_ioc: Any, tmp_path_factory: Any):
    data = tmp_path_factory.mktemp("data")
    beamline = make_beamline(configuration, data=data, macros={"P": instant_ioc.prefix})
    connections = connect(beamline, deadline=10)
    wait_until("all devices answer", lambda: not connections.missing(), 10)
    connections.look_again()
    yield beamline
    connections.close()
    beamline.destroy()


@pytest.fixture(scope="module")
def built_in(instant_ioc: Any, tmp_path_factory: Any):
    beamline = virtual_beamline(instant_ioc.prefix, tmp_path_factory.mktemp("data"))
    connections = connect(beamline, deadline=10)
    wait_until("all devices answer", lambda: not connections.missing(), 10)
    yield beamline
    connections.close()
    beamline.destroy()


def channels(device: Any) -> list[str]:
    return sorted(each.pvname for each in channels_of(device) if hasattr(each, "pvname"))


def shape(beamline: Beamline) -> dict[str, Any]:
    return {name: (type(device), channels(device)) for name, device in beamline.everything.items()}


def test_every_device_of_the_example_is_made_and_connects(made):
    assert made.failed == {}
    assert len(made.everything) == 25


def test_the_example_is_the_built_in_beamline(made, built_in):
    assert shape(made) == shape(built_in)


def test_the_example_uses_its_devices_as_the_built_in_beamline_does(made, built_in):
    assert list(made.devices) == list(built_in.devices)
    assert made.counters == built_in.counters
    assert made.baseline == built_in.baseline
    assert list(made.facts) == list(built_in.facts)
    assert made.metadata["mono"] == built_in.metadata["mono"]


def test_derived_devices_have_the_motors_of_their_session(made):
    assert made.devices["energy"].reals["bragg"] is made.devices["bragg"]
    assert "mu" in made.devices["mg"].active


def test_the_guard_of_the_example_sees_the_beam(made):
    guard = made.suspenders["beam_lost"]
    assert guard._complaint_about(made.devices["ring_current"].get()) is None
    assert guard._complaint_about(10.0) is not None


def test_the_setup_of_the_example_defines_a_plan(configuration, made):
    names = dict(made.devices)
    assert run_setup(configuration, "default", names) == []
    assert callable(names["across_beam"])


def test_settings_go_to_the_device_and_back_into_the_file(folder, made, instant_ioc):
    file = folder / "motors" / "motors.yml"
    before = file.read_text()
    x = made.devices["x"]
    old = x.velocity.get()
    new = old / 2
    file.write_text(before.replace("name: x,", f"name: x, settings: {{velocity: {new}}},"))
    try:
        assert apply_config(load_configuration(folder), made.devices) == []
        assert x.velocity.get() == pytest.approx(new)
        x.velocity.set(old).wait(5)
        assert settings_to_config(load_configuration(folder), made.devices) == [file]
        assert load_configuration(folder).device_entries["x"].written.settings == {"velocity": old}
    finally:
        file.write_text(before)
        x.velocity.set(old).wait(5)


def test_a_session_has_its_devices_alone(configuration, instant_ioc, tmp_path):
    beamline = make_beamline(configuration, "alignment", tmp_path, macros={"P": instant_ioc.prefix})
    connections = connect(beamline, deadline=10)
    try:
        assert "camera" not in beamline.everything
        assert {"x", "hslit", "hgap"} <= set(beamline.devices)
        assert connections.missing() == {}
    finally:
        connections.close()
        beamline.destroy()


def test_a_session_opens_by_its_folder_and_scans(folder, instant_ioc, tmp_path):
    from blueline import open_session
    from planlib import ascan

    screen = io.StringIO()
    opened = open_session(
        folder,
        session="alignment",
        data=tmp_path,
        port=instant_ioc.port,
        prefix=instant_ioc.prefix,
        screen=screen,
    )
    with opened as session:
        session.RE(ascan(session.devices["x"], 0, 1, 2, 0.1))
        assert session.last_scan.column("x").tolist() == [0.0, 0.5, 1.0]
    assert "could not be made" not in screen.getvalue()
