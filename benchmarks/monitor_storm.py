"""H16: what a process variable that changes ten thousand times a second costs a scan.

The storm comes from an IOC of its own, so that what is measured is the session and not a server
that has two things to do. Scans are of one motor and one scaler on instantaneous hardware.
"""

from collections.abc import Callable

from benchmarks.harness import Case, Round, Runner, measure, table

POINTS = 200
#: Updates that are asked for, per second, and seconds for which they are counted.
RATE, COUNTED = 10_000, 2.0
SCANNED, STORMY = "BL:", "S:"
HERE = "benchmarks.monitor_storm"
QUIET, IGNORED, OURS, STOCK = (
    "no storm",
    "a storm that nobody follows",
    "followed by a channel of ours",
    "followed by ophyd's signal",
)


def nobody(number: list[int]) -> Callable[[], None]:
    del number
    return lambda: None


def ours(number: list[int]) -> Callable[[], None]:
    from devices.motors.record_channel import ToldField

    storm = ToldField(f"{STORMY}sim:storm", name="storm")
    storm.wait_for_connection(timeout=10)
    storm.monitor.listen(lambda _: _count(number))
    return storm.destroy


def stock(number: list[int]) -> Callable[[], None]:
    from ophyd import EpicsSignalRO

    storm = EpicsSignalRO(f"{STORMY}sim:storm", name="storm", auto_monitor=True)
    storm.wait_for_connection(timeout=10)
    storm.subscribe(lambda **_: _count(number))
    return storm.destroy


def _count(number: list[int]) -> None:
    number[0] += 1


def scan(rate: int, follower: str) -> dict[str, Round]:
    """Scan while it storms; or count the updates that come meanwhile."""
    import time

    from bluesky import RunEngine
    from bluesky.plans import scan
    from ophyd import EpicsSignal

    from devices import Motor, Scaler

    motor = Motor(f"{SCANNED}sample:x", name="x")
    scaler = Scaler(f"{SCANNED}scaler1", name="scaler", counters={"I0": 2, "It": 3, "If": 4})
    wind = EpicsSignal(f"{STORMY}sim:fault:storm", name="wind")
    for device in (motor, scaler, wind):
        device.wait_for_connection(timeout=10)
    engine = RunEngine({})
    number = [0]
    globals()[follower](number)

    def scanned() -> int:
        wind.put(rate, wait=True)
        engine(scan([scaler], motor, 0, 1, POINTS))
        wind.put(0, wait=True)
        return POINTS

    def counted() -> int:
        wind.put(rate, wait=True)
        before, ends = number[0], time.perf_counter() + COUNTED
        while time.perf_counter() < ends:
            engine(scan([scaler], motor, 0, 1, 10))
        wind.put(0, wait=True)
        return number[0] - before

    return {"round": scanned, "updates": counted}


def run(rounds: int = 5) -> str:
    """Measure everything and give the table."""
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess

    with (
        IocProcess(SCANNED, instant=True) as scanned,
        IocProcess(STORMY) as stormy,
    ):
        use_loopback([scanned.port, stormy.port])
        environment = loopback_environment([scanned.port, stormy.port])
        cases = [
            Case(QUIET, f"{HERE}:scan", {"rate": 0, "follower": "nobody"}),
            Case(IGNORED, f"{HERE}:scan", {"rate": RATE, "follower": "nobody"}),
            Case(OURS, f"{HERE}:scan", {"rate": RATE, "follower": "ours"}),
            Case(STOCK, f"{HERE}:scan", {"rate": RATE, "follower": "stock"}),
        ]
        results = measure(cases, rounds, environment)
        updates = [_updates(case, environment) for case in cases[2:]]
    title = f"A monitor storm, scans of {POINTS} points, {rounds} rounds (goal: 1.2 of no storm)"
    told = "\n".join(f"{case.name}: {n:.0f} updates/s" for case, n in updates)
    return f"{table(title, 'ms/point', results, (QUIET, IGNORED))}\n{told}"


def _updates(case: Case, environment: dict[str, str]) -> tuple[Case, float]:
    """Give the updates per second that arrive while scans go on."""
    runner = Runner(case, environment)
    try:
        runner.wait_until_ready()
        runner.begin("updates")
        return case, 1000 / runner.finish()["wall"]
    finally:
        runner.close()
