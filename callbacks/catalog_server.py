"""The process that serves a catalog: Tiled on loopback, for all programs that read it at once.

DuckDB, in which an embedded catalog keeps its tables, can be opened by one process alone, so all
readers of a folder share one server. It is started by the first of them and ends by itself when the
last one has gone, however that one ended: each holds a shared lock on `USERS` while it reads.
``python -m callbacks.catalog_server`` takes its `Settings` as JSON on standard input, since what
stands on a command line can be read by everybody, and a database URI may have a password.
"""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from callbacks.errors import CatalogError

#: Locked, shared, by everybody who uses the server.
USERS = "users.lock"
#: Locked by the server while it lives.
ALIVE = "server.lock"
#: Where it is and the key to it, readable by its owner alone.
ADDRESS = "server.json"
#: Says where an embedded catalog was made.
PLACE = "place.txt"
#: Seconds between two looks whether anybody is left.
LOOK_EVERY = 0.1

_EXPORTERS = {
    "BlueskyRun": {"application/json-seq": "bluesky_tiled_plugins.exporters:json_seq_exporter"}
}


@dataclass(frozen=True)
class Settings:
    """What is served.

    Parameters
    ----------
    folder
        For locks, arrays and, where the catalog is embedded, its databases.
    database
        URI of a PostgreSQL database for the catalog and its tables; empty for an embedded one.
    readable
        Folders of frames and other files that runs refer to.
    """

    folder: str
    database: str = ""
    readable: tuple[str, ...] = ()

    @property
    def catalog_uri(self) -> str:
        """The database of what runs there are."""
        return self.database or f"sqlite:///{Path(self.folder) / 'catalog.db'}"

    @property
    def tables_uri(self) -> str:
        """The database of their numbers; SQLite has neither NaN nor negative zero, DuckDB has."""
        return self.database or f"duckdb:///{Path(self.folder) / 'tables.duckdb'}"

    def config(self, key: str) -> dict[str, Any]:
        """Give Tiled's configuration."""
        return {
            "catalog": {
                "uri": self.catalog_uri,
                "writable_storage": [(Path(self.folder) / "arrays").as_uri(), self.tables_uri],
                "readable_storage": [Path(folder).as_uri() for folder in self.readable],
            },
            "authentication": {"single_user_api_key": key},
            "media_types": _EXPORTERS,
            "streaming_cache": {"uri": "memory"},
        }


def lock(path: Path, kind: int) -> int | None:
    """Lock a file that is made where it is missing; None where others have it.

    Parameters
    ----------
    path
        Of the file; it is left there.
    kind
        ``fcntl.LOCK_EX`` or ``fcntl.LOCK_SH``.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def prepare(uri: str) -> None:
    """Make the tables of a catalog where the database has none."""
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - takes seconds
    from tiled.alembic_utils import (  # noqa: PLC0415 - takes seconds
        UninitializedDatabase,
        check_database,
        stamp_head,
    )
    from tiled.catalog import alembic_constants as alembic  # noqa: PLC0415 - takes seconds
    from tiled.catalog import core  # noqa: PLC0415 - takes seconds
    from tiled.utils import ensure_specified_sql_driver  # noqa: PLC0415 - takes seconds

    driver = ensure_specified_sql_driver(uri)

    async def is_new() -> bool:
        engine = create_async_engine(driver)
        try:
            await check_database(engine, core.REQUIRED_REVISION, core.ALL_REVISIONS)
        except UninitializedDatabase:
            await core.initialize_database(engine)
            return True
        finally:
            await engine.dispose()
        return False

    if asyncio.run(is_new()):
        template, scripts = Path(alembic.ALEMBIC_INI_TEMPLATE_PATH), Path(alembic.ALEMBIC_DIR)
        stamp_head(template, scripts, driver)


async def _serve(app: Any, listening: socket.socket, folder: Path, key: str) -> None:  # noqa: ANN401
    import uvicorn  # noqa: PLC0415 - takes long

    config = uvicorn.Config(app, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    # uvicorn sets a flag and no event, and a file's lock has neither
    while not server.started and not serving.done():  # noqa: ASYNC110
        await asyncio.sleep(LOOK_EVERY)
    port = listening.getsockname()[1]
    _publish(folder / ADDRESS, {"uri": f"http://127.0.0.1:{port}/api/v1", "key": key})
    # held until this process ends, so that who comes now waits for the next server
    while not serving.done() and lock(folder / USERS, fcntl.LOCK_EX) is None:  # noqa: ASYNC110
        await asyncio.sleep(LOOK_EVERY)
    (folder / ADDRESS).unlink(missing_ok=True)
    server.should_exit = True
    await serving


def _publish(path: Path, address: dict[str, str]) -> None:
    """Write where the server is, whole or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(address, file)
    new.replace(path)


def _forget_if_moved(folder: Path) -> None:
    """Delete an embedded catalog that was made elsewhere: Tiled keeps absolute paths in it."""
    place = folder / PLACE
    made_in = place.read_text(encoding="utf-8") if place.exists() else ""
    if made_in != str(folder):
        if not made_in and not (folder / "catalog.db").exists():
            _refuse_what_is_not_ours(folder)
        # the arrays first: as long as a part is left, a database tells that all of it is ours
        shutil.rmtree(folder / "arrays")
        (folder / "arrays").mkdir()
        for database in (*folder.glob("tables.duckdb*"), *folder.glob("catalog.db*")):
            database.unlink()
    place.write_text(str(folder), encoding="utf-8")


def _refuse_what_is_not_ours(folder: Path) -> None:
    """Refuse a folder that looks like a catalog and has nothing that says so."""
    found = [*(folder / "arrays").iterdir(), *folder.glob("tables.duckdb*")]
    if found:
        message = (
            f"{folder} has neither {PLACE} nor catalog.db, so {found[0]} may be yours and is not "
            "deleted; move it elsewhere, and the catalog is made there"
        )
        raise CatalogError(message)


def main() -> int:
    """Serve until nobody is left; end at once where another server is there already."""
    settings = Settings(**json.load(sys.stdin))
    folder = Path(settings.folder)
    (folder / "arrays").mkdir(parents=True, exist_ok=True)
    if lock(folder / ALIVE, fcntl.LOCK_EX) is None:
        return 0
    (folder / ADDRESS).unlink(missing_ok=True)
    if not settings.database:
        _forget_if_moved(folder)
    prepare(settings.catalog_uri)
    from tiled.server.app import build_app_from_config  # noqa: PLC0415 - takes seconds

    key = secrets.token_hex(32)
    app = build_app_from_config(settings.config(key))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asyncio.run(_serve(app, listening, folder, key))
    return 0


def as_json(settings: Settings) -> bytes:
    """Give what goes to standard input."""
    return json.dumps(asdict(settings)).encode()


if __name__ == "__main__":
    sys.exit(main())
