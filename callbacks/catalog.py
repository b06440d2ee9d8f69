"""Recorded runs as a catalog that databroker reads: Tiled, filled from journals."""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from callbacks.catalog_fill import fill
from callbacks.catalog_process import catalog_server
from callbacks.catalog_runs import Runs
from callbacks.catalog_server import Settings

log = logging.getLogger(__name__)

#: The container's spec, without which ``runs[-1]`` and partial uids do not work.
CATALOG_SPEC = ("CatalogOfBlueskyRuns", "3.0")
#: The container of the runs.
CONTAINER = "raw"


@contextlib.contextmanager
def open_catalog(
    root: Path | str, database: str = "", readable: Sequence[Path | str] = ()
) -> Iterator[Runs]:
    """Serve the runs of a data folder on loopback while the context lasts.

    Runs that are not in the catalog yet are added from their journals first, and those again that
    an earlier attempt has left in part. Tiled runs in a process of its own, which takes seconds to
    start; programs on one computer that open the same catalog share it. An embedded catalog lies
    in the folder ``catalog``; it may be deleted, and is then made again from the journals.

    Parameters
    ----------
    root
        The data folder.
    database
        A PostgreSQL URI such as ``postgresql://user:password@host/name``, for many runs or several
        computers; without it the catalog is a file.
    readable
        Folders of camera files and the like that lie outside of `root`.

    Raises
    ------
    CatalogError
        The server does not start, or another process has been filling it for minutes.

    Examples
    --------
    >>> from callbacks.catalog import open_catalog
    >>> with open_catalog("blueline-demo") as runs:  # doctest: +SKIP
    ...     print(runs[-1].to_xarray())
    ...     print(runs.search(motor="x")[-1].table())
    ...     print(runs.v1[-1].table())
    """
    folder = Path(root).absolute()
    settings = settings_of(folder, database, readable)
    with connected(settings) as client:
        filled = fill(client, folder, Path(settings.folder))
        for uid, problem in filled.problems.items():
            log.warning("run %s is not in the catalog: %s", uid, problem)
        yield Runs(client.sort(("start.time", 1)), folder, filled.problems)


def settings_of(root: Path, database: str, readable: Sequence[Path | str]) -> Settings:
    """Say what is served for a data folder; each database has a folder of its own for locks."""
    name = "catalog"
    if database:
        name += f"-{hashlib.sha256(database.encode()).hexdigest()[:8]}"
    folders = tuple(str(Path(each).absolute()) for each in (root, *readable))
    return Settings(str(root / name), database, folders)


@contextlib.contextmanager
def connected(settings: Settings) -> Iterator[Any]:
    """Give Tiled's client of the container of the runs, which is made where it is missing."""
    with catalog_server(settings) as (uri, key):
        from tiled.client import from_uri  # noqa: PLC0415 - takes seconds
        from tiled.client.utils import ClientError  # noqa: PLC0415 - takes seconds
        from tiled.structures.core import Spec  # noqa: PLC0415 - takes seconds

        client: Any = from_uri(uri, api_key=key)
        try:
            if CONTAINER not in client:
                with contextlib.suppress(ClientError):  # another process was quicker
                    client.create_container(CONTAINER, specs=[Spec(*CATALOG_SPEC)])
            yield client[CONTAINER]
        finally:
            client.context.http_client.close()
