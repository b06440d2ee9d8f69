"""Add each run to a catalog when it has ended; runs in a process of its own."""

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from callbacks.catalog import connected, settings_of
from callbacks.catalog_fill import add
from callbacks.errors import CatalogError
from callbacks.naming import DataFolder
from callbacks.queued import reason_of
from callbacks.routing import Document

log = logging.getLogger(__name__)


class CatalogConsumer:
    """Bring runs into a catalog that others read, such as one in PostgreSQL.

    The journal is the buffer: nothing is kept of a run but where its journal is, and it is written
    from there when it has ended. While the database does not answer, runs wait; those that wait
    when this is closed are added when the catalog is opened the next time.

    Parameters
    ----------
    folder
        The data folder.
    database
        See `callbacks.catalog.open_catalog`; so is `readable`.
    """

    def __init__(
        self, folder: DataFolder, database: str = "", readable: Sequence[str] = ()
    ) -> None:
        self._folder = folder
        self._settings = settings_of(folder.root.absolute(), database, readable)
        self._begun: dict[str, Path] = {}
        self._waiting: list[Path] = []
        self._last_things = contextlib.ExitStack()
        self._client: Any = None

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        if name == "start":
            self._begun[doc["uid"]] = self._folder.journal_path(doc)
        elif name == "stop" and doc["run_start"] in self._begun:
            self._waiting.append(self._begun.pop(doc["run_start"]))
            self._try()

    def close(self) -> None:
        """Try once more, and end.

        Raises
        ------
        CatalogError
            Runs could not be added.
        """
        with self._last_things:
            reason = self._try() if self._waiting else ""
            if reason:
                message = (
                    f"{len(self._waiting)} runs are not in the catalog yet ({reason}); they are "
                    "added when it is opened the next time"
                )
                raise CatalogError(message)

    def _try(self) -> str:
        """Add what waits; say why where it cannot be done."""
        try:
            if self._client is None:
                self._client = self._last_things.enter_context(connected(self._settings))
            done = add(self._client, self._waiting, Path(self._settings.folder))
        except Exception as error:  # whatever Tiled, a database or the network raises
            log.exception("the catalog cannot be reached")
            return reason_of(error)
        uids = set(done.problems)
        self._waiting = [path for path in self._waiting if _is_one_of(path, uids)]
        return next(iter(done.problems.values()), "")


def _is_one_of(path: Path, uids: set[str]) -> bool:
    return any(path.stem.endswith(uid[:8]) for uid in uids)


def catalog_consumer(
    root: str, data_set: str = "blueline", database: str = "", readable: Sequence[str] = ()
) -> CatalogConsumer:
    """Make the consumer for a worker process."""
    return CatalogConsumer(DataFolder(root, data_set), database, readable)
