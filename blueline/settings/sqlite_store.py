"""Settings in an SQLite file: kill-safe, and shared by processes (K6).

A commit is on the disk when it returns (``synchronous=FULL``), and a killed process leaves nothing
half written. On a disk of this machine the file is in WAL mode, in which readers never wait for
writers (https://sqlite.org/wal.html). ``PRAGMA data_version`` changes when another connection has
committed (https://sqlite.org/pragma.html#pragma_data_version): what was read is good until then.
"""

import json
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from blueline.settings.errors import SettingsError
from blueline.settings.file_systems import is_on_network
from blueline.settings.plain import JSON
from blueline.settings.store import Answer, Change

#: Seconds that a write waits for those of other processes, each of which takes milliseconds.
PATIENCE = 10.0
#: At most so many seconds are waited before the next try: SQLite's own tries are up to 0.1 s apart,
#: so that of eight processes one might never have its turn, and a Ctrl-C would wait as well.
_LONGEST_PAUSE = 0.004
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
        Of the file; made with its folder where it is not there.

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
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(self._path)
        except (sqlite3.Error, OSError) as error:
            raise self._told(error) from error

    def read(self, namespace: str) -> Mapping[str, JSON]:
        """Give all of a namespace as it is now."""
        return self._in_turn(lambda: self._read(namespace))

    def change(
        self, namespace: str, edit: Callable[[Mapping[str, JSON]], Change[Answer]]
    ) -> Answer:
        """Ask `edit` for a change, and make it while nobody else writes."""
        return self._in_turn(lambda: self._change(namespace, edit))

    def _change(
        self, namespace: str, edit: Callable[[Mapping[str, JSON]], Change[Answer]]
    ) -> Answer:
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
            with self._turn:
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

    def _in_turn(self, work: Callable[[], Answer]) -> Answer:
        """Do something with the file when no other thread does, as soon as no process writes."""
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
            return _patiently(work)
        except (sqlite3.Error, OSError) as error:
            raise self._told(error) from error
        finally:
            self._turn.release()

    def _told(self, error: Exception) -> SettingsError:
        """Make a sentence of what SQLite and the file system say."""
        return SettingsError(
            f"the settings {self._path} cannot be used ({error}); {_advice(error)}"
        )


def _open(path: Path) -> sqlite3.Connection:
    """Open the file, and bring it into shape if it is new."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        mode = "DELETE" if is_on_network(path) else "WAL"
        _patiently(lambda: connection.execute(f"PRAGMA journal_mode = {mode}"))
        connection.execute("PRAGMA synchronous = FULL")
        _patiently(lambda: _shape(connection, path))
    except BaseException:
        connection.close()
        raise
    return connection


def _shape(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a new file into shape, unless somebody else has just done so."""
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if form > _FORM:
        message = f"the settings {path} are of a newer blueline (form {form}); update this one"
        raise SettingsError(message)
    if form < _FORM:
        connection.executescript(
            f"BEGIN IMMEDIATE; {_TABLE}; PRAGMA user_version = {_FORM}; COMMIT"
        )


def _patiently(work: Callable[[], Answer]) -> Answer:
    """Do what fails at once where others write, again and again until it is done."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 - no secret


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
    return "see that the folder exists and that you may write to it"
