"""Attenuators that are opened until the camera of the virtual beamline sees enough (GT-65)."""

import pytest
from bluesky import plan_stubs as bps

from blueline import open_session
from planlib import SafeRates, attenuate
from planlib.errors import PlanError
from sim_ioc.process import IocProcess

LEVELS = [(1, 2, 3, 4), (1, 2, 3), (1, 2), (1,), ()]


@pytest.fixture(scope="module")
def session(ca_ports, unseen, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with (
        # a beam of its own: how bright it is depends on every axis that other tests have moved
        IocProcess("S:", seed=1, instant=True, port=ca_ports.second),
        (folder / "screen").open("w") as screen,
        open_session(data=folder, port=ca_ports.second, prefix="S:", screen=screen) as opened,
    ):
        devices = opened.devices
        opened.RE(bps.mv(devices["energy"], 9000, devices["shutter"], "open"))
        yield opened
        opened.RE(bps.mv(devices["filters"], ()))


def attenuated(session, local):
    found = []

    def plan():
        found.append(
            (
                yield from attenuate(
                    session.devices["filters"],
                    LEVELS,
                    session.devices["camera"],
                    local="spot",
                    total="spot",
                    safe=SafeRates(local=local, total=1e12),
                    count_time=0.1,
                    samples=2,
                )
            )
        )

    session.RE(plan())
    return found[0]


def filters_in(session):
    return tuple(n for n, each in session.devices["filters"].filters.items() if each.state == "in")


@pytest.mark.parametrize(
    ("local", "level"), [(4e6, (1,)), (1e6, (1, 2, 3)), (1e8, ())], ids=["bright", "dim", "any"]
)
def test_the_filters_stay_where_the_camera_sees_enough_and_not_too_much(session, local, level):
    assert attenuated(session, local) == level
    assert filters_in(session) == level


def test_a_beam_too_bright_behind_all_filters_leaves_them_in(session):
    with pytest.raises(PlanError, match="more than it stands: is the beam stop in place"):
        attenuated(session, 1000)
    assert filters_in(session) == LEVELS[0]
