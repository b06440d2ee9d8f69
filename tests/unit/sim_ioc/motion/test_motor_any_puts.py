"""Whatever is put into a motor record, in whatever order, it stays a motor record."""

import asyncio
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim_ioc.channel_access.fields import Kind
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.motor_fields import MOTOR_FIELDS
from tests.unit.sim_ioc.logged_motor import SETTINGS, WITHOUT_SWITCHES, begin, run
from tests.unit.sim_ioc.logged_motor import settings as axis_settings

WRITABLE = sorted(name for name, field in MOTOR_FIELDS.items() if field.writable)
NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 1e-9, 1e-5, 0.5, 3.0, 9.99, 1e6, 1e12, -1e12, 2**31 - 1]),
    st.floats(-1e12, 1e12),
    st.integers(-3, 3),
)
PUTS = st.lists(st.tuples(st.sampled_from(WRITABLE), NUMBERS), max_size=12)
INTEGER_BITS = {Kind.LONG: 31, Kind.SHORT: 15}
BUTTONS = ("STOP", "TWF", "TWR", "JOGF", "JOGR", "HOMF", "HOMR", "SYNC", "STUP")
NOISY = axis_settings(encoder=True, encoder_noise=0.01, positioning_error=0.01)


def monitor_everything(motor):
    for field in MOTOR_FIELDS:
        motor.channel(field)


async def put_all(motor, puts):
    for name, value in puts:
        try:
            await motor.caput(name, value)
        except PutRefusedError:
            continue


def assert_fits_its_types(motor):
    for name, field in MOTOR_FIELDS.items():
        value = motor.values[name]
        if field.kind in {Kind.DOUBLE, Kind.FLOAT}:
            assert math.isfinite(value), name
        elif field.kind in INTEGER_BITS:
            assert abs(value) <= 2 ** INTEGER_BITS[field.kind], name


def assert_is_at_rest(motor):
    values = motor.values
    assert (values["DMOV"], values["MOVN"], values["MIP"]) == (1, 0, 0)
    assert [values[name] for name in BUTTONS] == [0] * len(BUTTONS)
    low, high = motor.axis.low, motor.axis.high
    assert low <= motor.axis.position <= high


def assert_user_is_sign_times_dial_plus_offset(motor):
    values = motor.values
    sign = -1 if values["DIR"] else 1
    for user, dial in (("RBV", "DRBV"), ("VAL", "DVAL")):
        expected = sign * values[dial] + values["OFF"]
        scale = max(1.0, abs(values[dial]), abs(values["OFF"]))
        assert values[user] == pytest.approx(expected, abs=1e-11 * scale)
    ends = sorted(sign * values[dial] + values["OFF"] for dial in ("DLLM", "DHLM"))
    assert sorted((values["LLM"], values["HLM"])) == pytest.approx(ends)


def assert_bounds_hold(motor):
    values = motor.values
    assert values["RDBD"] >= abs(values["MRES"])
    for name in ("VELO", "BVEL", "JVEL", "HVEL"):
        assert values[name] > 0, name
    assert values["UREV"] == pytest.approx(values["MRES"] * values["SREV"])


def assert_consistent(motor):
    assert_fits_its_types(motor)
    assert_is_at_rest(motor)
    assert_user_is_sign_times_dial_plus_offset(motor)
    assert_bounds_hold(motor)


@given(PUTS)
@example([("SET", 1), ("FOFF", 1), ("VAL", 1e11)])
@example([("MRES", 1e-9), ("VAL", 9.0)])
@example([("DHLM", 0), ("DLLM", 0), ("BDST", 1e12), ("VAL", -1)])
@example([("DHLM", 1e12), ("JVEL", 1e6), ("JOGF", 1)])
@example([("MRES", 1e12), ("VAL", 5.0), ("HOMR", 1), ("MRES", 1e-9)])
def test_any_sequence_of_puts_leaves_a_consistent_record_at_rest(puts):
    async def scenario(motor):
        monitor_everything(motor)
        await put_all(motor, puts)
        assert_consistent(motor)
        calibration, values = motor.calibration, motor.values
        assert values["DRBV"] == motor.dial
        assert values["RBV"] == calibration.user(motor.dial)
        assert values["RRBV"] == values["RMP"] == calibration.raw(motor.dial)

    run(scenario, instant=True, settings=WITHOUT_SWITCHES)


@given(PUTS)
def test_the_same_holds_between_switches(puts):
    async def scenario(motor):
        await put_all(motor, puts)
        assert_consistent(motor)

    run(scenario, instant=True, settings=SETTINGS)


@settings(deadline=None)
@given(PUTS)
def test_the_same_holds_with_errors_and_an_encoder(puts):
    async def scenario(motor):
        await motor.caput("RTRY", 2)
        await put_all(motor, [put for put in puts if put[0] != "RTRY"])
        assert_consistent(motor)

    run(scenario, instant=True, settings=NOISY)


POSITIONS = ("VAL", "DVAL", "RLV", "OFF", "BDST", "HLM", "LLM")
SWITCHES = ("TWF", "TWR", "JOGF", "JOGR", "HOMF", "HOMR", "STOP", "SPMG", "CNEN", "DIR", "SYNC")
WHILE_MOVING = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(POSITIONS), st.floats(-15, 15)),
        st.tuples(st.sampled_from(SWITCHES), st.integers(0, 3)),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(WHILE_MOVING)
def test_puts_of_many_clients_in_mid_move_all_complete_once_it_is_stopped(puts):
    async def scenario(motor):
        started = [await begin(motor, name, value, 0.3) for name, value in puts]
        await motor.caput("STOP", 1)
        outcomes = await asyncio.gather(*started, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {type(None), PutRefusedError}
        assert_consistent(motor)

    run(scenario)
