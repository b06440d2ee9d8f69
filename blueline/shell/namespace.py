"""What can be typed at the prompt of a session, and in its setup files."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import bluesky.plan_stubs as bps
import bluesky.plans as bp

import planlib
from blueline.shell.chosen_counters import ChosenCounters
from blueline.shell.commands import make_commands, member_names
from blueline.shell.known_words import columns
from callbacks import PlotSelection

if TYPE_CHECKING:
    from blueline.connections import Connections
    from blueline.session import Session


def prompt_names(session: "Session") -> dict[str, Any]:
    """Give the commands, the plans, the devices with their aliases, and the session's own parts.

    Examples
    --------
    >>> names = prompt_names(session)  # doctest: +SKIP
    >>> names["umv"]("x", 3)  # doctest: +SKIP
    """
    commands = {**make_commands(session), **member_names(session)}
    plans = {name: getattr(planlib, name) for name in planlib.__all__}
    parts = {
        "RE": session.RE,
        "session": session,
        "health": _health(session),
        "consumers": session.recorder.status,
        "plotselect": _plot_selection(session),
        "process": session.process,
        "switches": session.consumers.switches,
        "last_scan": session.consumers.last,
        "counters": ChosenCounters(session.context),
        "data_policy": session.data_policy,
        "bp": bp,
        "bps": bps,
    }
    aliases = getattr(session.beamline, "aliases", {})
    return {**commands, **parts, **plans, "check": session.check, **session.devices, **aliases}


def _health(session: "Session") -> "Callable[[], Connections]":
    def health() -> "Connections":
        """Look again which devices answer, and show the table.

        Examples
        --------
        >>> health()  # doctest: +SKIP
        """
        return session.health

    return health


def _plot_selection(session: "Session") -> PlotSelection:
    def replot(plot: Mapping[str, Any]) -> None:
        """Have the last scan, and its picture, follow what was selected for those to come."""
        consumers = session.consumers
        consumers.last.look_at(plot)
        if consumers.last.start and consumers.plots.is_alive:
            consumers.plots.send("replot", plot=dict(plot))

    return PlotSelection(session.RE.md, partial(columns, session), replot)
