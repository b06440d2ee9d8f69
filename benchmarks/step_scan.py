"""Milliseconds per point of a step scan over Channel Access: one motor, three counters.

The hardware is instantaneous, so what is measured is what the software costs. Each case has a motor
of its own on the same IOC; all count with the same scaler.
"""

import tempfile
from collections.abc import Sequence

from benchmarks.harness import Case, Round, measure, table

POINTS = 200
PREFIX = "BL:"
RAW, MINIMAL, STOCK, OURS = (
    "(a) raw pyepics loop",
    "(b') bp.scan, signals only",
    "(b) bp.scan, EpicsMotor",
    "(c) ascan, everything on",
)


def positions() -> list[float]:
    return [index / POINTS for index in range(POINTS)]


def raw() -> Round:
    import epics

    motor = {field: epics.PV(f"{PREFIX}sample:x.{field}") for field in ("VAL", "RBV")}
    count, *counters = (
        epics.PV(f"{PREFIX}scaler1.{field}", auto_monitor=False)
        for field in ("CNT", "S2", "S3", "S4")
    )
    for pv in [*motor.values(), count, *counters]:
        pv.wait_for_connection(10)

    def one_round() -> int:
        for position in positions():
            motor["VAL"].put(position, wait=True)
            motor["RBV"].get(use_monitor=False)
            count.put(1, wait=True)
            for counter in counters:
                counter.get(use_monitor=False)
        return POINTS

    return one_round


def minimal() -> Round:
    from bluesky import RunEngine
    from bluesky.plans import scan
    from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

    class Counters(Device):
        cnt = Component(EpicsSignal, ".CNT", put_complete=True, kind="omitted", trigger_value=1)
        i0 = Component(EpicsSignalRO, ".S2")
        it = Component(EpicsSignalRO, ".S3")
        fluorescence = Component(EpicsSignalRO, ".S4")

    axis = EpicsSignal(
        f"{PREFIX}sample:theta.RBV", f"{PREFIX}sample:theta.VAL", name="theta", put_complete=True
    )
    counters = Counters(f"{PREFIX}scaler1", name="counters")
    axis.wait_for_connection(timeout=10)
    counters.wait_for_connection(timeout=10)
    engine = RunEngine({})

    def one_round() -> int:
        engine(scan([counters], axis, 0, 1, POINTS))
        return POINTS

    return one_round


def stock() -> Round:
    from bluesky import RunEngine
    from bluesky.plans import scan
    from ophyd import EpicsMotor
    from ophyd.scaler import EpicsScaler

    motor = EpicsMotor(f"{PREFIX}sample:y", name="y")
    scaler = EpicsScaler(f"{PREFIX}scaler1", name="scaler")
    scaler.channels.read_attrs = ["chan2", "chan3", "chan4"]
    scaler.read_attrs = ["channels", "channels.chan2", "channels.chan3", "channels.chan4"]
    scaler.configuration_attrs = []
    motor.wait_for_connection(timeout=10)
    for signal in (scaler.count, scaler.count_mode, scaler.preset_time):
        signal.wait_for_connection(timeout=10)
    engine = RunEngine({})

    def one_round() -> int:
        engine(scan([scaler], motor, 0, 1, POINTS))
        return POINTS

    return one_round


def ours(port: int) -> Round:
    from blueline import open_session
    from planlib import ascan

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    session = open_session(folder, port=port, screen=open("/dev/null", "w"))
    motor = session.devices["hgap"]

    def one_round() -> int:
        session.RE(ascan(motor, 1, 2, POINTS - 1, 0.001))
        return POINTS

    return one_round


def run(rounds: int = 5) -> str:
    """Measure everything and give the table."""
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess

    with IocProcess(prefix=PREFIX, instant=True) as ioc:
        use_loopback([ioc.port])  # the repeater of all cases
        here = "benchmarks.step_scan"
        cases: Sequence[Case] = (
            Case(RAW, f"{here}:raw"),
            Case(MINIMAL, f"{here}:minimal"),
            Case(STOCK, f"{here}:stock"),
            Case(OURS, f"{here}:ours", {"port": ioc.port}),
        )
        results = measure(cases, rounds, loopback_environment([ioc.port]))
    title = f"Step scan over Channel Access, {POINTS} points, {rounds} rounds"
    return table(title, "ms/point", results, (RAW, MINIMAL, STOCK))
