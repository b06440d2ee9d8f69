"""The virtual beamline's server beside pythonSoftIOC: traffic, start, memory, idling, frames."""

from benchmarks.virtual_beamline import frames, start, traffic


def run(rounds: int = 5) -> str:
    """Measure everything and give the tables."""
    title = f"Channel Access servers; clients share their processors; medians of {rounds} rounds"
    few = max(1, rounds // 3)
    return "\n\n".join((title, traffic.report(rounds), start.report(few), frames.report(few)))
