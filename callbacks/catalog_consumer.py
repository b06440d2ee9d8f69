"""Add each run to a catalog when it has ended; runs in a process of its own."""

import contextlib
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from callbacks.catalog import connected, settings_of
from callbacks.catalog_fill import add
from callbacks.errors import CatalogError
from callbacks.naming import DataFolder
from callbacks.queued import DRAIN_DEADLINE, reason_of
from callbacks.routing import Document
from reduction.plural import numbered

log = logging.getLogger(__name__)


class CatalogConsumer:
    """Bring runs into a catalog that others read, such as one in PostgreSQL.

    The journal is the buffer: nothing is kept of a run but where its journal is, and it is written
    from there when it has ended. That is done in a thread of its own, since a server may take
    longer to start than a consumer may be silent. While the database does not answer, runs wait:
    they are tried again when the next one ends, with a new connection, and those that wait when
    this is closed are added when the catalog is opened the next time.

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
        self._begun: dict[str, Path] = {}
        self._filling = _Filling(folder.root.absolute(), database, readable)

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        if name == "start":
            self._begun[doc["uid"]] = self._folder.journal_path(doc)
        elif name == "stop" and doc["run_start"] in self._begun:
            self._filling.put(self._begun.pop(doc["run_start"]))

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Try once more, and end.

        Parameters
        ----------
        deadline
            Seconds to wait for that.

        Raises
        ------
        CatalogError
            Runs could not be added.
        """
        left, reason = self._filling.close(deadline)
        if left:
            message = (
                f"not in the catalog yet ({reason}): {numbered(left, 'run')}, added when it is "
                "opened the next time"
            )
            raise CatalogError(message)


class _Filling:
    """The thread that adds runs; it alone uses the connection."""

    def __init__(self, root: Path, database: str, readable: Sequence[str]) -> None:
        self._settings = settings_of(root, database, readable)
        self._changed = threading.Condition()
        self._waiting: list[Path] = []
        self._news = False
        self._is_closing = False
        self._reason = ""
        self._connection = contextlib.ExitStack()
        self._client: Any = None
        self._thread: threading.Thread | None = None

    def put(self, journal: Path) -> None:
        """Add a run as soon as possible; this does not wait."""
        with self._changed:
            self._waiting.append(journal)
            self._news = True
            self._changed.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="catalog", daemon=True)
            self._thread.start()

    def close(self, deadline: float) -> tuple[int, str]:
        """Try what waits once more; give how many runs are left, and why."""
        with self._changed:
            self._is_closing = self._news = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(deadline)
        with self._changed:
            is_busy = self._thread is not None and self._thread.is_alive()
            reason = f"it takes longer than {deadline:g} s" if is_busy else self._reason
            return len(self._waiting), reason

    def _run(self) -> None:
        is_last = False
        while not is_last:
            with self._changed:
                self._changed.wait_for(lambda: self._news)
                self._news, is_last = False, self._is_closing
                paths = list(self._waiting)
            if paths:
                self._try(paths)
        self._disconnect()

    def _try(self, paths: list[Path]) -> None:
        """Add these; where a connection fails that was used before, once more with a new one."""
        was_connected = self._client is not None
        reason = self._add(paths)
        if reason and was_connected and self._client is None:
            reason = self._add(paths)
        self._reason = reason

    def _add(self, paths: list[Path]) -> str:
        """Add these; say why where it cannot be done."""
        try:
            if self._client is None:
                self._client = self._connection.enter_context(connected(self._settings))
            done = add(self._client, paths, Path(self._settings.folder))
        except Exception as error:  # whatever Tiled, a database or the network raises
            log.exception("the catalog cannot be reached")
            self._disconnect()
            return reason_of(error)
        left = {path for path in paths if _is_one_of(path, set(done.problems))}
        with self._changed:
            self._waiting = [path for path in self._waiting if path in left or path not in paths]
        return next(iter(done.problems.values()), "")

    def _disconnect(self) -> None:
        """Forget the connection, whether or not it can be ended."""
        self._client = None
        try:
            self._connection.close()
        except Exception:  # what is left of a server that is gone
            log.exception("the connection to the catalog could not be ended")


def _is_one_of(path: Path, uids: set[str]) -> bool:
    return any(path.stem.endswith(uid[:8]) for uid in uids)


def catalog_consumer(
    root: str, data_set: str = "blueline", database: str = "", readable: Sequence[str] = ()
) -> CatalogConsumer:
    """Make the consumer for a worker process."""
    return CatalogConsumer(DataFolder(root, data_set), database, readable)
