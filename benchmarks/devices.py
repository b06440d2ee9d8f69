"""What our devices cost over Channel Access: a move, a read, a connection.

The hardware is instantaneous. Moves and reads are put beside stock ophyd and a raw client; the
truth checks of ours are on.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import Case, Round, measure, table

PREFIX = "BL:"
MOVES = 200
READS = 300
CHANNELS = (1, 5, 20)
#: Devices that are connected at once, and how many of them do not exist.
DEVICES, DEAD = 500, 50
#: Seconds to wait for those that are dead.
PATIENCE = 20.0
HERE = "benchmarks.devices"
RAW, STOCK, OURS = "raw pyepics", "stock ophyd", "ours"


def positions(number: int) -> list[float]:
    return [index / number for index in range(number)]


def raw_move() -> Round:
    import epics

    motor = epics.PV(f"{PREFIX}sample:x.VAL")
    motor.wait_for_connection(10)
    return lambda: _moved(lambda position: motor.put(position, wait=True))


def stock_move() -> Round:
    from ophyd import EpicsMotor

    motor = EpicsMotor(f"{PREFIX}sample:y", name="y")
    motor.wait_for_connection(timeout=10)
    return lambda: _moved(lambda position: motor.set(position).wait(10))


def our_move() -> Round:
    from devices import Motor

    motor = Motor(f"{PREFIX}sample:theta", name="theta")
    motor.wait_for_connection(timeout=10)
    return lambda: _moved(lambda position: motor.set(position).wait(10))


def _moved(move: Callable[[float], object]) -> int:
    for position in positions(MOVES):
        move(position)
    return MOVES


def raw_read(number: int) -> Round:
    from epics import ca

    channels = [ca.create_channel(name, connect=True) for name in _counters(number)]

    def one_round() -> int:
        for _ in range(READS):
            for channel in channels:
                ca.get(channel, wait=False)
            for channel in channels:
                ca.get_complete(channel)
        return READS

    return one_round


def stock_read(number: int) -> Round:
    signals = _signals(number)

    def one_round() -> int:
        for _ in range(READS):
            for signal in signals:
                signal.get()
        return READS

    return one_round


def our_read(number: int) -> Round:
    from devices.channel_access import fetch

    signals = _signals(number)

    def one_round() -> int:
        for _ in range(READS):
            fetch(signals)
        return READS

    return one_round


def _counters(number: int) -> list[str]:
    return [f"{PREFIX}scaler1.S{channel}" for channel in range(1, number + 1)]


def _signals(number: int) -> list:
    from ophyd import EpicsSignalRO

    signals = [EpicsSignalRO(name, name=name[-3:].strip(":.1")) for name in _counters(number)]
    for signal in signals:
        signal.wait_for_connection(timeout=10)
    return signals


def connect() -> Round:
    from devices import Health, Motor
    from devices.garbage import collected_later

    names = [f"{PREFIX}m{number}" for number in range(1, DEVICES - DEAD + 1)]
    names += [f"{PREFIX}dead{number}" for number in range(1, DEAD + 1)]

    def one_round() -> int:
        began = time.monotonic()
        with collected_later():
            motors = {
                f"m{index}": Motor(name, name=f"m{index}") for index, name in enumerate(names)
            }
        made = time.monotonic() - began
        health = Health(motors).connect(PATIENCE)
        seconds = [made + row.seconds for row in health if row.state == "connected"]
        if len(seconds) != DEVICES - DEAD:
            raise RuntimeError(f"{len(seconds)} devices of {DEVICES - DEAD} are connected")
        # thousandths of an item: what comes back is milliseconds an item
        return round(1000 * max(seconds)) or 1

    return one_round


def run(rounds: int = 5) -> str:
    """Measure everything and give the tables."""
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess

    tables = []
    with IocProcess(prefix=PREFIX, instant=True) as ioc:
        use_loopback([ioc.port])
        environment = loopback_environment([ioc.port])
        moves = {RAW: "raw_move", STOCK: "stock_move", OURS: "our_move"}
        cases = [Case(name, f"{HERE}:{target}") for name, target in moves.items()]
        results = measure(cases, rounds, environment)
        tables.append(table(f"A move, {MOVES} a round", "ms/move", results, (RAW, STOCK)))
        reads = {RAW: "raw_read", STOCK: "stock_read", OURS: "our_read"}
        for number in CHANNELS:
            cases = [
                Case(name, f"{HERE}:{target}", {"number": number}) for name, target in reads.items()
            ]
            results = measure(cases, rounds, environment)
            title = f"A read of {number} counters, {READS} a round"
            tables.append(table(title, "ms/read", results, (RAW, STOCK)))
    return "\n\n".join([*tables, connecting()])


def connecting() -> str:
    """Measure how long it takes to connect many devices, some of them dead."""
    from benchmarks.harness import Runner
    from blueline.epics import loopback_environment
    from sim_ioc.process import IocProcess

    with TemporaryDirectory() as folder:
        file = Path(folder, "many.yml")
        file.write_text(f"parts:\n  - {{kind: motor, name: m, copies: {DEVICES - DEAD}}}\n")
        with IocProcess(config=file) as ioc:
            runner = Runner(Case(OURS, f"{HERE}:connect"), loopback_environment([ioc.port]))
            runner.wait_until_ready()
            runner.begin()
            seconds = runner.finish()["items"] / 1000
            runner.close()
    return (
        f"{DEVICES} motors, {DEAD} of them dead: all that answer are connected after "
        f"{seconds:.1f} s (goal 10)"
    )
