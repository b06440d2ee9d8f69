"""Bring the runs of a data folder into a catalog, each whole or not at all."""

import fcntl
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callbacks.catalog_process import waited_lock
from callbacks.errors import CallbackError
from callbacks.naming import uid_in_name
from callbacks.queued import reason_of
from callbacks.replay import Replay, journals, start_of, stop_of
from reduction.run_plot import is_number

log = logging.getLogger(__name__)

#: Seconds to wait for another process that is filling the same catalog.
FILL_DEADLINE = 600.0
#: Locked by whoever fills.
FILLING = "fill.lock"
#: Written last, so that only a whole run has it.
_WHOLE = "stop.uid"
#: Up to here a double has every integer.
_EXACT = 2**53


@dataclass
class Filled:
    """What was done: uids of the runs that were added, and why others were not, by uid."""

    added: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def fill(runs: Any, root: Path, folder: Path) -> Filled:  # noqa: ANN401 - a Tiled client
    """Add the finished runs that a catalog lacks, and those again that it has in part.

    A run that is killed while it is written is left without its stop document, and is then deleted
    and written anew. Several processes may call this: they do it one after the other. A run that
    cannot be written is left out whole, and told.

    Parameters
    ----------
    runs
        The container of the runs.
    root
        The data folder with the journals.
    folder
        That of the catalog, in which a lock is kept.

    Raises
    ------
    CatalogError
        Another process has been filling it for `FILL_DEADLINE`.
    """
    return add(runs, journals(root), folder)


def add(runs: Any, paths: Iterable[Path], folder: Path) -> Filled:  # noqa: ANN401 - a Tiled client
    """Add the runs of these journals, see `fill`."""
    filling = waited_lock(folder / FILLING, fcntl.LOCK_EX, FILL_DEADLINE)
    try:
        return _add(runs, paths)
    finally:
        os.close(filling)


def _add(runs: Any, paths: Iterable[Path]) -> Filled:  # noqa: ANN401
    from tiled.queries import KeyPresent  # noqa: PLC0415 - takes long

    done = Filled()
    whole = set(runs.search(KeyPresent(_WHOLE)))
    torn = set(runs.search(KeyPresent(_WHOLE, exists=False)))
    for path in paths:
        try:
            start = start_of(path)
            if start is None or start["uid"] in whole or stop_of(path) is None:
                continue
        except (OSError, CallbackError) as error:  # it has gone, is damaged, or somebody else's
            done.problems[uid_in_name(path)] = reason_of(error)
            continue
        uid = start["uid"]
        try:
            if uid in torn:
                _delete(runs, uid)
            _write(runs, path)
        except Exception as error:  # whatever Tiled, a database or the network raises
            log.exception("run %s could not be added to the catalog", uid)
            done.problems[uid] = reason_of(error)
            _delete_again(runs, uid)
        else:
            done.added.append(uid)
    return done


def _write(runs: Any, path: Path) -> None:  # noqa: ANN401
    from bluesky_tiled_plugins.writing.tiled_writer import (  # noqa: PLC0415 - takes seconds
        TiledWriter,
    )

    # arrays that Tiled keeps in tables are read back as text
    writer = TiledWriter(runs, max_array_size=0)
    floats = _Floats()
    for name, doc in Replay(path):
        floats(name, doc)
        writer(name, doc)


def _delete(runs: Any, uid: str) -> None:  # noqa: ANN401
    runs.delete_contents(uid, recursive=True, external_only=False)


def _delete_again(runs: Any, uid: str) -> None:  # noqa: ANN401
    """Delete what there is of a run that failed, as far as that is possible."""
    try:
        if uid in set(runs):
            _delete(runs, uid)
    except Exception:  # the next fill finds it without a stop document
        log.exception("a part of run %s is left in the catalog", uid)


class _Floats:
    """Make integers among the numbers of a run floats, as a column of a table has one type.

    A counter that gives 0 where it means 0.0 would otherwise begin a column of integers. Those that
    a double does not have stay as they are.
    """

    def __init__(self) -> None:
        self._keys: dict[str, frozenset[str]] = {}

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        """Change one document of the run."""
        if name == "descriptor":
            keys = doc["data_keys"]
            floats = (key for key, described in keys.items() if is_float(described))
            self._keys[doc["uid"]] = frozenset(floats)
        elif name in {"event", "event_page"}:
            data = doc["data"]
            for key in self._keys.get(doc["descriptor"], frozenset()) & data.keys():
                values = data[key]
                data[key] = list(map(_float, values)) if name == "event_page" else _float(values)


def is_float(described: Mapping[str, Any]) -> bool:
    """Tell whether a data key is one number per event that need not be an integer."""
    return described.get("dtype") == "number" and is_number(described)


def _float(value: Any) -> Any:  # noqa: ANN401 - whatever was read
    return float(value) if type(value) is int and abs(value) <= _EXACT else value
