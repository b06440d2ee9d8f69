"""Milliseconds per point of a step scan over Channel Access: one motor and 1, 5 and 20 counters.

The hardware is instantaneous, so what is measured is what the software costs. Each case has a motor
of its own on the same IOC; all count with the same scaler. What they have measured is compared as
well: the documents of a stock scan and of ours must say the same.
"""

import statistics

from benchmarks.harness import Case, Runner, Times, measure, table

POINTS = 100
#: Of the comparison of documents, and of the table of where time goes.
COMPARED, METERED = 7, 500
PREFIX = "BL:"
COUNTERS = (1, 5, 20)
#: With this many counters, other mixtures of stock and ours are measured besides.
BESIDES = 5
RAW, STOCK, OURS, UNHURRIED, MIXED = (
    "(a) raw pyepics loop",
    "(b) bp.scan, stock ophyd",
    "(c) ascan, everything on",
    "(c') the same, quick=False",
    "(d) bp.scan, stock ophyd, our session",
)
#: What (c) may cost of (a) and of (b).
GOALS = {RAW: 2.0, STOCK: 0.25}
HERE = "benchmarks.step_scan_cases"


def run(rounds: int = 5) -> str:
    """Measure everything and give the tables."""
    from blueline.epics import loopback_environment, use_loopback
    from sim_ioc.process import IocProcess

    with IocProcess(prefix=PREFIX, instant=True) as ioc:
        use_loopback([ioc.port])  # the repeater of all cases
        environment = loopback_environment([ioc.port])
        parts = [_compared(number, ioc.port, rounds, environment) for number in COUNTERS]
        parts.append(_where(ioc.port, environment))
    return "\n\n".join(parts)


def _compared(number: int, port: int, rounds: int, environment: dict[str, str]) -> str:
    session = {"number": number, "port": port}
    cases = [
        Case(RAW, f"{HERE}:raw", {"number": number}),
        Case(STOCK, f"{HERE}:stock", {"number": number}),
        Case(OURS, f"{HERE}:ours", session),
    ]
    if number == BESIDES:
        cases += [
            Case(UNHURRIED, f"{HERE}:ours", {**session, "quick": False}),
            Case(MIXED, f"{HERE}:stock_in_our_session", session),
        ]
    results = measure(cases, rounds, environment)
    title = f"Step scan over Channel Access, {number} counters, {POINTS} points, {rounds} rounds"
    lines = [
        table(title, "ms/point", results, (RAW, STOCK)),
        *(_goal(results, other, goal) for other, goal in GOALS.items()),
        *(_besides(name, times) for name, times in results.items() if name != RAW),
        _same_documents(number, port, environment),
    ]
    return "\n".join(lines)


def _besides(name: str, times: Times) -> str:
    """Say what a run costs beside its points: opening, descriptors, and numbers at its end."""
    return f"{name}: {statistics.median(times.besides):.2f} s per run besides"


def _goal(results: dict[str, Times], other: str, goal: float) -> str:
    """Say whether a goal is reached, on the wall clock; CPU time beside it."""
    ours, theirs = results[OURS], results[other]
    ratio = ours.median / theirs.median
    cpu = ours.median_cpu / theirs.median_cpu
    reached = "reached" if ratio <= goal else "MISSED"
    return f"(c) / {other}: {ratio:.2f}, CPU {cpu:.2f}; goal {goal:g}: {reached}"


def _same_documents(number: int, port: int, environment: dict[str, str]) -> str:
    from benchmarks.step_scan_documents import differences

    cases = (
        Case(STOCK, f"{HERE}:stock_documents", {"number": number}),
        Case(OURS, f"{HERE}:our_documents", {"number": number, "port": port}),
    )
    theirs, ours = (told(case, environment)["documents"] for case in cases)
    found = differences(theirs, ours, number, COMPARED)
    return "the documents of (b) and (c) say " + ("the same" if not found else "; ".join(found))


def _where(port: int, environment: dict[str, str]) -> str:
    case = Case(OURS, f"{HERE}:where", {"number": BESIDES, "port": port})
    return told(case, environment)["table"]


def told(case: Case, environment: dict[str, str]) -> dict:
    """Run one round of a case that tells more than its times, and give that."""
    runner = Runner(case, environment)
    runner.wait_until_ready()
    runner.begin()
    answer = runner.finish()
    runner.close()
    return answer["told"]
