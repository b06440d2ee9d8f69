"""The ways to scan that `step_scan` measures, each run in a process of its own."""

import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.harness import Round, Told
from benchmarks.step_scan import COMPARED, METERED, POINTS, PREFIX
from benchmarks.step_scan_where import Meter

#: The first channel that is a counter; 1 is the clock.
FIRST = 2
#: Seconds of a count, which instantaneous hardware does not take.
COUNT_TIME = 0.001


def channels(number: int) -> range:
    return range(FIRST, FIRST + number)


def positions() -> list[float]:
    return [1 + index / POINTS for index in range(POINTS)]


def raw(number: int) -> Round:
    import epics

    motor = {field: epics.PV(f"{PREFIX}sample:x.{field}") for field in ("VAL", "RBV")}
    names = ["CNT", *(f"S{channel}" for channel in channels(number))]
    count, *counters = (epics.PV(f"{PREFIX}scaler1.{n}", auto_monitor=False) for n in names)
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


def stock_devices(number: int, motor: str) -> tuple[Any, Any]:
    from ophyd import EpicsMotor
    from ophyd.scaler import EpicsScaler

    axis = EpicsMotor(f"{PREFIX}{motor}", name="axis")
    scaler = EpicsScaler(f"{PREFIX}scaler1", name="scaler")
    read = [f"chan{channel}" for channel in channels(number)]
    scaler.channels.read_attrs = read
    scaler.read_attrs = ["channels", *(f"channels.{name}" for name in read)]
    scaler.configuration_attrs = []
    axis.wait_for_connection(timeout=10)
    for signal in (scaler.count, scaler.count_mode, scaler.preset_time):
        signal.wait_for_connection(timeout=10)
    scaler.preset_time.put(COUNT_TIME)
    return axis, scaler


def stock(number: int) -> Round:
    from bluesky import RunEngine
    from bluesky.plans import scan

    axis, scaler = stock_devices(number, "sample:y")
    return timed(RunEngine({}), lambda: scan([scaler], axis, 1, 2, POINTS))


def timed(engine: Any, plan: Callable[[], Any]) -> Round:
    """Measure from the first event of a scan to the last: what a run costs once is kept apart."""
    seen: list[tuple[float, float]] = []

    def note(_: str, event: dict[str, Any]) -> None:
        if "c2" in event["data"] or "scaler_channels_chan2" in event["data"]:  # not of the baseline
            seen.append((time.perf_counter(), time.process_time()))

    engine.subscribe(note, "event")

    def one_round() -> Told:
        seen.clear()
        engine(plan())
        (begun, idle), (ended, busy) = seen[0], seen[-1]
        return Told(len(seen) - 1, spent=(ended - begun, busy - idle))

    return one_round


def our_session(port: int) -> Any:
    """Open a session with all consumers on the whole beamline."""
    from blueline import open_session
    from blueline.beamline import virtual_beamline

    folder = tempfile.mkdtemp(prefix="blueline-bench-")
    return open_session(
        data=folder,
        port=port,
        make=virtual_beamline,  # several in turn: each has a lock of its own
        screen=open("/dev/null", "w"),
    )


def our_scaler(number: int) -> Any:
    from devices import Scaler

    counters = {f"c{channel}": channel for channel in channels(number)}
    scaler = Scaler(f"{PREFIX}scaler1", name="counters", counters=counters)
    scaler.wait_for_connection(timeout=10)
    return scaler


def ours(number: int, port: int, *, quick: bool = True) -> Round:
    from planlib import ascan

    os.environ["BLUELINE_QUICK"] = str(int(quick))
    session = our_session(port)
    axis, scaler = session.devices["hgap"], our_scaler(number)
    return timed(session.RE, lambda: ascan(axis, 1, 2, POINTS - 1, COUNT_TIME, scaler))


def stock_in_our_session(number: int, port: int) -> Round:
    from bluesky.plans import scan

    session = our_session(port)
    axis, scaler = stock_devices(number, "sample:theta")
    return timed(session.RE, lambda: scan([scaler], axis, 1, 2, POINTS))


def stock_documents(number: int) -> Round:
    from bluesky import RunEngine
    from bluesky.plans import scan

    axis, scaler = stock_devices(number, "sample:y")
    engine = RunEngine({})
    return _documents(engine, lambda: scan([scaler], axis, 1, 2, COMPARED))


def our_documents(number: int, port: int) -> Round:
    from planlib import ascan

    session = our_session(port)
    axis, scaler = session.devices["y"], our_scaler(number)
    return _documents(session.RE, lambda: ascan(axis, 1, 2, COMPARED - 1, COUNT_TIME, scaler))


def _documents(engine: Any, plan: Callable[[], Any]) -> Round:
    emitted: list[Any] = []
    engine.subscribe(lambda name, doc: emitted.append((name, doc)))

    def one_round() -> Told:
        engine(plan())
        return Told(COMPARED, {"documents": emitted})

    return one_round


def where(number: int, port: int) -> Round:
    from planlib import ascan

    session = our_session(port)
    axis, scaler = session.devices["hgap"], our_scaler(number)
    meter = Meter()

    def one_round() -> Told:
        session.RE(ascan(axis, 1, 2, METERED, COUNT_TIME, scaler))
        session.RE.preprocessors.append(meter)
        with meter.process():
            session.RE(ascan(axis, 1, 2, METERED - 1, COUNT_TIME, scaler))
        return Told(METERED, {"table": meter.table(METERED)})

    return one_round
