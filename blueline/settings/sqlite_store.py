"""Settings in an SQLite file: kill-safe, and shared by the processes of one machine (K6).

The file is in WAL mode with ``synchronous=FULL``: a commit is on the disk when it returns, a killed
process leaves nothing half written, and readers never wait for writers (https://sqlite.org/wal.html;
also: not for network file systems). ``PRAGMA data_version`` changes when another connection has
committed (https://sqlite.org/pragma.html#pragma_data_version), so what was read is good until then.
"""

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON
from blueline.settings.store import Answer, Change

#: Seconds that a write waits for those of other processes, each of which takes milliseconds.
PATIENCE = 10.0
#: Seconds between two tries to bring a new file into shape, which SQLite does not wait for itself.
_LOOK = 0.02
#: Form of the file.
_FORM = 1

_TABLE = """CREATE TABLE IF NOT EXISTS setting (
    position INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (namespace, key))"""
_READ = "SELECT key, value FROM setting WHERE namespace = ? ORDER BY position"
_PUT = (
    "INSERT INTO setting (namespace, key, value) VALUES (?, ?, ?) "
    "ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value"
)
_DROP = "DELETE FROM setting WHERE namespace = ? AND key = ?"

#: Connections of the process that this one was forked from: closing them would disturb it.
_left_behind: list[object] = []


class SqliteStore:
    """Keep namespaces in one file; threads take turns, a forked child opens it anew.

    Parameters
    ----------
    path
        Of the file, on a disk of this machine; made with its folder where it is not there.

    Raises
    ------
    SettingsError
        It cannot be made, or is no file of settings.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._closed = False
        self._start()

    def _start(self) -> None:
        self._turn = threading.RLock()
        self._process = os.getpid()
        self._known: dict[str, dict[str, JSON]] = {}
        self._version = -1
        with self._told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(self._path)

    def read(self, namespace: str) -> Mapping[str, JSON]:
        """Give all of a namespace as it is now."""
        with self._taken():
            return self._read(namespace)

    def change(
        self, namespace: str, edit: Callable[[Mapping[str, JSON]], Change[Answer]]
    ) -> Answer:
        """Ask `edit` for a change, and make it while nobody else writes."""
        with self._taken():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                change = edit(self._read(namespace))
                self._write(namespace, change)
                self._connection.execute("COMMIT")
            except BaseException:
                self._known.pop(namespace, None)
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return change.answer

    def close(self) -> None:
        """Let go of the file; may be repeated."""
        if not self._closed and self._process == os.getpid():
            with self._turn, self._told():
                self._connection.close()
        self._closed = True

    def _read(self, namespace: str) -> dict[str, JSON]:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._known.clear()
            self._version = version
        found = self._known.get(namespace)
        if found is None:
            rows = self._connection.execute(_READ, (namespace,)).fetchall()
            found = self._known[namespace] = {key: json.loads(value) for key, value in rows}
        return found

    def _write(self, namespace: str, change: Change[Answer]) -> None:
        known = dict(self._known[namespace])
        for key in change.drop:
            self._connection.execute(_DROP, (namespace, key))
            known.pop(key, None)
        for key, value in change.put.items():
            self._connection.execute(_PUT, (namespace, key, json.dumps(value)))
            known[key] = value
        self._known[namespace] = known

    @contextlib.contextmanager
    def _taken(self) -> Iterator[None]:
        if self._process != os.getpid():
            _left_behind.append(self._connection)
            self._start()
        if not self._turn.acquire(timeout=PATIENCE):
            message = f"the settings {self._path} are in use by another thread; try again"
            raise SettingsError(message)
        try:
            if self._closed:
                message = f"the settings {self._path} are closed; open them again"
                raise SettingsError(message)
            with self._told():
                yield
        finally:
            self._turn.release()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Make sentences of what SQLite and the file system say."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            message = f"the settings {self._path} cannot be used ({error}); {_advice(error)}"
            raise SettingsError(message) from error


def _open(path: Path) -> sqlite3.Connection:
    """Open the file, and bring it into shape if it is new."""
    connection = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = FULL")
        (form,) = connection.execute("PRAGMA user_version").fetchone()
        if form > _FORM:
            message = f"the settings {path} are of a newer blueline (form {form}); update this one"
            raise SettingsError(message)
        if form < _FORM:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version = {_FORM}")
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Change the mode of a new file, which fails at once where others open it as well."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK)
        else:
            return


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _advice(error: Exception) -> str:
    """Say what to do about an error."""
    if _is_busy(error):
        return f"another process has been writing for {PATIENCE:g} s: see which, and try again"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return "it is damaged: move it away, and the settings start anew"
    if code == sqlite3.SQLITE_FULL:
        return "make room on the disk"
    return "see that the folder exists, is on a disk of this machine, and that you may write to it"
