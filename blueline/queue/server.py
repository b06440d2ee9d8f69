"""The process of the RE Manager: bluesky-queueserver with our manager and our worker.

``python -m blueline.queue.server`` takes its settings as JSON on standard input, since a command
line, which has Redis's password, can be read by everybody.
"""

import functools
import json
import logging
import os
import sys
from typing import Any

from blueline.locks.holder import QUEUE
from blueline.queue.limits import Limits
from blueline.queue.settings import QueueSettings, from_json, secret_key
from blueline.queue.worker_session import FOLDER, FREE_STREAM, VARIABLES

#: Not imported here: its names are made by its import, in the worker.
_STARTUP = "blueline.queue.startup"
_STOCK = "bluesky_queueserver.manager.start_manager"


def arguments(settings: QueueSettings, told: dict[str, Any]) -> list[str]:
    """Give the command line that `start_manager` reads.

    Parameters
    ----------
    settings
        What the queue is to be.
    told
        ``control`` and ``info``, the addresses to listen at, and ``redis``.
    """
    place = settings.place
    options = {
        "zmq-control-addr": f"tcp://{told['control']}",
        "zmq-info-addr": f"tcp://{told['info']}",
        "zmq-publish-console": "ON",
        "redis-addr": told["redis"],
        "redis-name-prefix": "blueline",
        "startup-module": _STARTUP,
        "ignore-invalid-plans": "ON",
        "device-max-depth": "1",
        "existing-plans-devices": str(place.plans),
        "user-group-permissions": str(place.permissions),
        "user-group-permissions-reload": "ON_STARTUP",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def serve(settings: QueueSettings, told: dict[str, Any]) -> int:
    """Run until the manager is stopped."""
    from bluesky_queueserver.manager import start_manager as stock

    from blueline.queue.guarded_manager import GuardedManager
    from blueline.queue.guarded_worker import GuardedWorker

    folder = settings.place.root
    limits = Limits(settings.most_items, settings.most_bytes, settings.scripts)
    # the seam is a parameter of the watchdog's class, which start_manager leaves at its default
    manager: Any = functools.partial(
        GuardedManager, limits=limits, folder=folder, clients=settings.clients
    )
    worker: Any = functools.partial(GuardedWorker, folder=folder)
    stock.WatchdogProcess = functools.partial(
        stock.WatchdogProcess, cls_run_engine_manager=manager, cls_run_engine_worker=worker
    )
    logging.getLogger(_STOCK).addFilter(_without_configuration)
    for name in [name for name in os.environ if name.startswith("QSERVER_")] + [*VARIABLES]:
        os.environ.pop(name, None)  # a stray one would mean another manager, or another session
    if settings.key:
        os.environ["QSERVER_ZMQ_PRIVATE_KEY_FOR_SERVER"] = secret_key(settings.key)
    os.environ[FOLDER] = settings.folder
    os.environ[FREE_STREAM] = told.get("stream", "")
    os.environ.update(settings.environment)
    sys.argv = [QUEUE, *arguments(settings, told)]
    return stock.start_manager() or 0


def _without_configuration(record: logging.LogRecord) -> bool:
    """Keep the line out of the log that has Redis's password in it (S2)."""
    return "configuration:" not in str(record.msg)


def main() -> int:
    """Read the settings and serve."""
    given = json.load(sys.stdin)
    return serve(from_json(given), given)


if __name__ == "__main__":
    sys.exit(main())
