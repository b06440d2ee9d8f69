"""The records around a scaler: expressions and rates follow each count, unless switched off."""

import pytest

from sim_ioc.channel_access.fields import checked
from sim_ioc.counting.scaler import Scaler
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.site import Site
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock


def counted(*puts):
    """Return the records by what follows the scaler's name, after puts and a count of 2 s."""

    async def main():
        settings = ScalerSettings(name="s", time=2.0)
        scaler = Scaler(settings, Site("T:", virtual_clock()), SteadyBeam())
        records = {record.name.removeprefix("T:s"): record for record in scaler.records}
        for name, field, value in puts:
            record = records[name]
            await record.put(record.fields[field], checked(record.fields[field], value))
        await scaler.put(scaler.fields["CNT"], 1)
        return records

    return simulate(main())


def test_calculations_show_their_channels_at_first():
    records = counted()
    for number in range(1, 5):
        assert records[f"_calc{number}"].number("VAL") == records[""].number(f"S{number}")


def test_expression_is_computed_after_each_count():
    records = counted(("_calc2", "CALC", "C/B"), ("_calc3", "CALC", "I"))
    assert records["_calc2"].number("VAL") == records[""].number("S3") / records[""].number("S2")
    assert records["_calc3"].number("VAL") == 2.0


def test_rates_are_counts_or_counts_per_second():
    assert counted()["_cts1"].number("A") == 2e7
    assert counted(("_calc_ctrl", "VAL", "Cts/sec"))["_cts1"].number("A") == 1e7


def test_switch_at_one_stops_the_calculations():
    assert counted(("_calcEnable", "VAL", 1))["_calc1"].number("VAL") == 0.0


def test_wrong_expression_is_refused():
    with pytest.raises(PutRefusedError, match="CALC takes an expression"):
        counted(("_calc1", "CALC", "A+"))
