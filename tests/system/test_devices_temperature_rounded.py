"""A controller that shows its setpoint in steps of a tenth of a degree, as many do."""

import bluesky.plan_stubs as bps
import pytest

from devices import Deadband, TemperatureController
from sim_ioc.process import IocProcess
from tests.waiting import wait_until

LONG = 40.0
BEAMLINE = """
prefix: "R:"
time_factor: 20
parts:
  - {kind: temperature, name: temp, resolution: 0.1}
"""


@pytest.fixture(scope="module")
def rounding_ioc(ca_ports, tmp_path_factory):
    config = tmp_path_factory.mktemp("rounding") / "beamline.yaml"
    config.write_text(BEAMLINE)
    with IocProcess(config=config, port=ca_ports.second) as ioc:
        yield ioc


@pytest.fixture
def make(rounding_ioc, connected):
    def make_oven(**options):
        options = {"deadband": Deadband(0.5, 0.5), "settle_deadline": 10.0} | options
        return connected(TemperatureController("R:temp:", name="oven", **options))

    return make_oven


def test_a_step_is_done_where_its_end_is_shown_rounded(make):
    oven = make()
    oven.ramp_rate = 0.0
    oven.set(32.04).wait(LONG)
    assert oven.setpoint == pytest.approx(32.0)
    assert oven.position == pytest.approx(32.04, abs=0.5)


def test_a_ramp_is_done_where_its_end_is_shown_rounded(make):
    oven = make(wait_for="ramp")
    oven.ramp_rate = 600.0
    oven.set(oven.setpoint + 10.04).wait(LONG)
    assert oven.setpoint == pytest.approx(oven.target, abs=0.05)


def test_the_end_of_a_plan_leaves_what_it_was_set_to(make, engine):
    oven = make()
    oven.ramp_rate = 0.0
    engine(bps.mv(oven, 32.04))
    assert oven.target == 32.04


def test_a_stop_after_its_end_holds_the_setpoint_that_is_shown(make):
    oven = make()
    oven.ramp_rate = 0.0
    oven.set(32.04).wait(LONG)
    oven.stop()
    wait_until("it holds", lambda: oven.target == pytest.approx(32.0, abs=1e-9))
