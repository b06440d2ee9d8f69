"""Recorded runs as a catalog that databroker reads: Tiled on SQLite, filled from journals."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callbacks.replay import Replay, journals, start_of, stop_of

log = logging.getLogger(__name__)

#: The container's spec, without which ``runs[-1]`` and partial uids do not work.
CATALOG_SPEC = ("CatalogOfBlueskyRuns", "3.0")


@contextlib.contextmanager
def open_catalog(root: Path | str) -> Iterator[Any]:
    """Serve the runs of a data folder on loopback while the context lasts.

    Runs that are not in the catalog yet are added from their journals first. Importing and starting
    Tiled takes several seconds.

    Yields
    ------
    A Tiled client: ``runs[-1]``, ``runs[scan_id]``, ``runs["a1b2c3"]``; ``runs.v1`` and ``runs.v2``
    are databroker's.

    Examples
    --------
    >>> from callbacks.catalog import open_catalog
    >>> with open_catalog("blueline-demo") as runs:  # doctest: +SKIP
    ...     print(runs[-1].primary.read())
    ...     print(runs.v1[-1].table())
    """
    from tiled.client import from_uri  # noqa: PLC0415 - takes seconds
    from tiled.server import SimpleTiledServer  # noqa: PLC0415 - takes seconds
    from tiled.structures.core import Spec  # noqa: PLC0415 - takes seconds

    server = SimpleTiledServer(str(Path(root).absolute() / "catalog"))
    try:
        client: Any = from_uri(server.uri)
        if "raw" not in client:
            client.create_container("raw", specs=[Spec(*CATALOG_SPEC)])
        runs = client["raw"]
        _fill(runs, Path(root))
        yield runs
    finally:
        server.close()


def _fill(runs: Any, root: Path) -> None:  # noqa: ANN401 - a Tiled client
    """Add the finished runs that the catalog misses."""
    from bluesky_tiled_plugins.writing.tiled_writer import (  # noqa: PLC0415 - takes seconds
        TiledWriter,
    )

    known = set(runs)
    for path in journals(root):
        start = start_of(path)
        if start is None or start["uid"] in known or stop_of(path) is None:
            continue
        writer = TiledWriter(runs)
        for name, doc in Replay(path):
            writer(name, doc)
        log.info("scan %s is in the catalog", start.get("scan_id"))
