"""A site's own plans as the queue offers them, noted for whoever has no session to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueline.queue.annotate import MARK
from blueline.queue.described import Described
from blueline.queue.places import read_json, write_json
from blueline.queue.schema import schema_of


@dataclass(frozen=True)
class SitePlans:
    """What a session of the queue had of its site when it opened.

    Parameters
    ----------
    session
        Its name.
    summaries
        What each plan does, by name.
    schemas
        The JSON Schema of what each takes, by name.
    refused
        Why others cannot be in the queue, a sentence each.
    """

    session: str = ""
    summaries: Mapping[str, str] | None = None
    schemas: Mapping[str, Any] | None = None
    refused: Sequence[str] = ()

    @property
    def names(self) -> Iterable[str]:
        """Those that are offered."""
        return self.schemas or {}


def note_site_plans(
    file: Path,
    session: str,
    plans: Mapping[str, Any],
    names: Mapping[str, Any],
    refused: Sequence[str],
) -> None:
    """Write what a session has of its site.

    Parameters
    ----------
    file
        Of the queue's folder.
    session
        Name of the session.
    plans
        All that the queue offers, see `blueline.queue.queue_plans`.
    names
        The names of the prompt, of which some are marked.
    refused
        Why a marked one is not offered, a sentence each.
    """
    marked = {getattr(each, MARK, "") for each in names.values() if callable(each)}
    told = {name: getattr(plan, "described", None) for name, plan in plans.items()}
    own = {n: each for n, each in told.items() if n in marked and isinstance(each, Described)}
    content = {
        "session": session,
        "summaries": {name: each.summary for name, each in own.items()},
        "schemas": {name: schema_of(each) for name, each in own.items()},
        "refused": list(refused),
    }
    write_json(file, content)


def noted_site_plans(file: Path, session: str | None) -> SitePlans:
    """Give what was noted last; nothing where that was another session than is asked for."""
    content = read_json(file)
    if not content or session not in {None, content["session"]}:
        return SitePlans()
    return SitePlans(**content)
