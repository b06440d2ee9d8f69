"""Sessions of a configuration."""

import pytest

from blueline.errors import BluelineError

DEVICES = "devices:\n" + "".join(
    f"  - {{name: {name}, class: ophyd.Signal}}\n" for name in ("x", "y", "cam1", "cam2", "ring")
)


def sessions(*items):
    return "sessions:\n" + "".join(f"  - {{{item}}}\n" for item in items)


def test_without_a_session_there_is_one_with_everything(loaded):
    configuration = loaded(d=DEVICES)
    assert configuration.sessions == ["default"]
    assert configuration.names_of("default") == ["x", "y", "cam1", "cam2", "ring"]


def test_a_session_has_what_it_names_in_the_order_of_the_files(loaded):
    configuration = loaded(d=DEVICES, s=sessions("name: s, devices: ['cam?', x], exclude: [cam2]"))
    assert configuration.names_of("s") == ["x", "cam1"]


def test_included_sessions_add_their_devices_and_come_first(loaded):
    configuration = loaded(
        d=DEVICES,
        s=sessions(
            "name: base, devices: [x]",
            "name: more, include: [base], devices: [y]",
            "name: most, include: [more, base], devices: []",
        ),
    )
    assert [each.name for each in configuration.included("most")] == ["base", "more", "most"]
    assert configuration.names_of("most") == ["x", "y"]


def test_what_a_guard_watches_is_in_every_session(loaded):
    configuration = loaded(
        d=DEVICES,
        s=sessions("name: s, devices: [x], exclude: [ring]"),
        g="suspenders: [{name: g, signal: $ring, low: 1}]",
    )
    assert configuration.names_of("s") == ["x", "ring"]


def test_a_session_that_is_not_there_is_told_with_those_that_are(loaded):
    with pytest.raises(BluelineError, match="no session q; there are s, default"):
        loaded(d=DEVICES, s=sessions("name: s")).session("q")


def test_a_session_may_have_a_folder_of_its_own_for_data(loaded, tmp_path):
    configuration = loaded(d=DEVICES, s=sessions("name: s, data: /elsewhere"))
    assert str(configuration.data("s")) == "/elsewhere"
    assert configuration.data() == tmp_path / "data"
    assert configuration.state == tmp_path / "state"


def test_a_session_may_have_scripts_and_a_policy_of_its_own(loaded):
    configuration = loaded(
        d=DEVICES, s=sessions("name: s, scripts: scripts/users, policy: esrf", "name: t")
    )
    assert configuration.scripts("s") == configuration.folder / "scripts/users"
    assert configuration.session("s").policy == "esrf"
    assert configuration.scripts("t") is configuration.session("t").policy is None
