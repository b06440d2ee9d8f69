"""What clients are told of the fields of a motor besides values: units, limits, alarms."""

import pytest

from tests.unit.sim_ioc.logged_motor import run


def metadata_after(field, *puts):
    """Return the channel of a field that somebody had asked for before some puts."""

    async def scenario(motor):
        channels.append(motor.channel(field))
        for name, value in puts:
            await motor.caput(name, value)

    channels = []
    run(scenario)
    return channels[0]


@pytest.mark.parametrize(
    ("field", "unit"),
    [
        ("VAL", "mm"),
        ("VELO", "mm/sec"),
        ("BVEL", "mm/sec"),
        ("ACCL", "sec"),
        ("BACC", "sec"),
        ("S", "rev/sec"),
        ("UREV", "mm/rev"),
        ("JAR", "mm/s/s"),
    ],
)
def test_units_are_those_of_the_motor_record(field, unit):
    assert metadata_after(field).units == unit


def test_unit_is_cut_to_what_channel_access_carries():
    assert metadata_after("SREV").units == "steps/r"
    assert metadata_after("VELO", ("EGU", "mrad")).units == "mrad/se"


def test_velocity_has_the_limits_vbas_and_vmax():
    velocity = metadata_after("VELO", ("VBAS", 0.5), ("VMAX", 7.0))
    assert (velocity.lower_ctrl_limit, velocity.upper_ctrl_limit) == (0.5, 7.0)


@pytest.mark.parametrize("field", ["VAL", "RBV"])
def test_positions_tell_the_levels_of_their_alarms(field):
    told = metadata_after(field, ("HIHI", 4.0), ("HIGH", 2.0), ("LOW", -2.0), ("LOLO", -4.0))
    assert (told.upper_alarm_limit, told.lower_alarm_limit) == (4.0, -4.0)
    assert (told.upper_warning_limit, told.lower_warning_limit) == (2.0, -2.0)
