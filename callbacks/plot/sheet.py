"""Decide everything that the picture of a run shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callbacks.plot.asked import Asked, asked_of
from callbacks.plot.curves import Curves, marked, overlaid
from callbacks.plot.planes import images_of, maps_of, planes_shown, scatters_of, spectra_of
from callbacks.plot.run_data import Columns, Snapshot
from callbacks.plot.views import Map, Panel, Scatter, Sheet, View
from callbacks.routing import Document
from callbacks.run_table import said_command
from reduction.errors import ReductionError

#: Fewer points than this are no curve: beside an image or a spectrum they are left away.
_A_CURVE = 2
#: Counters that are named below a map, at most.
_MOST_NAMED = 4


def sheet_of(run: Snapshot, earlier: Sequence[Snapshot] = (), overlay: int = 0) -> Sheet:
    """Decide what to show of a run as it is now.

    Parameters
    ----------
    run
        What has come of it so far.
    earlier
        Scans before it, newest first.
    overlay
        How many of those to show, where the run itself does not say.

    Raises
    ------
    ReductionError
        The run has no points.
    """
    if not len(run):
        message = "a run without points cannot be drawn"
        raise ReductionError(message)
    asked = asked_of(run.columns)
    images, problems = images_of(run)
    beside = [*images, *spectra_of(run)]
    main: Sequence[View] = ()
    if len(run.columns) >= (_A_CURVE if beside else 1):
        number = overlay if asked.overlay is None else asked.overlay
        main, more = _main(run, asked, earlier, number)
        problems += more
    monitors = [panel for columns in run.monitors.values() for panel in _monitor(columns)]
    notes = [f"not there: {', '.join(asked.missing)}"] if asked.missing else []
    if not (main or monitors or beside):
        notes.append("this run has no numbers to show")
    views = (*main, *monitors)
    remarks = _others(asked, run) if any(isinstance(each, Map | Scatter) for each in main) else ()
    return Sheet(_title(run), views, tuple(beside), (*notes, *problems), remarks)


def _others(asked: Asked, run: Snapshot) -> tuple[str, ...]:
    """Say which counters a map does not show, and how they are."""
    shown = planes_shown(run.columns, asked)
    others = [name for name in asked.y if name not in shown]
    if not others:
        return ()
    call = ", ".join(f'"{name}"' for name in others[:_MOST_NAMED])
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    return (f"not shown: {', '.join(others[:_MOST_NAMED])}{more}; plotselect({call}) shows them",)


def _main(
    run: Snapshot, asked: Asked, earlier: Sequence[Snapshot], overlay: int
) -> tuple[Sequence[View], list[str]]:
    maps = maps_of(run.columns, asked)
    if maps:
        return maps, []
    clouds = scatters_of(run.columns, asked)
    if clouds:
        return clouds, []
    return _curves(run, asked, earlier, overlay)


def _curves(
    run: Snapshot, asked: Asked, earlier: Sequence[Snapshot], overlay: int
) -> tuple[Sequence[Panel], list[str]]:
    if not asked.y:
        return [], []
    curves = Curves(run.columns, asked)
    panels = curves.panels()
    first = panels[0]
    same = [each for each in earlier if each.uid != run.uid]
    panels[0] = replace(first, earlier=overlaid(first, same, asked)[:overlay])
    panels = marked(run, panels, curves.at.units)
    left_out = curves.left_out()
    notes = [f"no place for {', '.join(left_out)}: plotselect some"] if left_out else []
    return panels, [*notes, *dict.fromkeys(curves.problems)]


def _monitor(columns: Columns) -> list[Panel]:
    """Give the plots of a stream that is not of points: over time."""
    if not len(columns):
        return []
    return Curves(columns, replace(asked_of(columns), x="time", is_arranged=False)).panels()


def _title(run: Snapshot) -> tuple[str, ...]:
    start = run.start
    began = datetime.fromtimestamp(start["time"]).astimezone()
    facts = [str(start[key]) for key in ("sample", "user") if start.get(key)]
    ending = _progress(run) if run.stop is None else _ending(run.stop)
    second = "   ".join([*facts, f"{began:%Y-%m-%d %H:%M:%S}", *ending])
    return f"scan {start.get('scan_id', '?')}   {said_command(start)}", second


def _progress(run: Snapshot) -> list[str]:
    whole = run.start.get("num_points")
    return [f"running: point {len(run.columns)}{f' of {whole}' if whole else ''}"]


def _ending(stop: Document) -> list[str]:
    status = stop.get("exit_status", "fail")
    return [] if status == "success" else [f"{status}: {stop.get('reason') or 'no reason'}"]
