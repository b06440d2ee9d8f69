"""Whatever is put into a motor record, in whatever order, it stays a motor record."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from sim_ioc.channel_access.fields import Kind
from sim_ioc.errors import PutRefusedError
from sim_ioc.motion.motor_fields import MOTOR_FIELDS
from tests.unit.sim_ioc.logged_motor import run

WRITABLE = sorted(name for name, field in MOTOR_FIELDS.items() if field.writable)
NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 1e-9, 1e-5, 0.5, 3.0, 9.99, 1e6, 1e12, -1e12, 2**31 - 1]),
    st.floats(-1e12, 1e12),
    st.integers(-3, 3),
)
PUTS = st.lists(st.tuples(st.sampled_from(WRITABLE), NUMBERS), max_size=12)
INTEGER_BITS = {Kind.LONG: 31, Kind.SHORT: 15}


async def put_all(motor, puts):
    for field in MOTOR_FIELDS:
        motor.channel(field)  # as if somebody monitored all of them
    for name, value in puts:
        try:
            await motor.caput(name, value)
        except PutRefusedError:
            continue


def assert_consistent(motor):
    values, calibration = motor.values, motor.calibration
    for name, field in MOTOR_FIELDS.items():
        if field.kind is Kind.DOUBLE:
            assert math.isfinite(values[name]), name
        elif field.kind in INTEGER_BITS:
            assert abs(values[name]) <= 2 ** INTEGER_BITS[field.kind], name
    assert (values["DMOV"], values["MOVN"]) == (1, 0)
    assert values["DRBV"] == motor.dial
    assert values["RBV"] == calibration.user(motor.dial)
    assert values["RRBV"] == calibration.raw(motor.dial)


@given(PUTS)
@example([("SET", 1), ("FOFF", 1), ("VAL", 1e11)])
@example([("MRES", 1e-9), ("VAL", 9.0)])
@example([("DHLM", 0), ("DLLM", 0), ("BDST", 1e12), ("VAL", -1)])
@example([("DHLM", 1e12), ("JVEL", 1e6), ("JOGF", 1)])
@example([("MRES", 1e12), ("VAL", 5.0), ("HOMR", 1), ("MRES", 1e-9)])
def test_any_sequence_of_puts_leaves_a_consistent_record_at_rest(puts):
    async def scenario(motor):
        await put_all(motor, puts)
        assert_consistent(motor)

    run(scenario, instant=True)
