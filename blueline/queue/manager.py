"""The supervisor of a queue: Redis, the RE Manager and its worker, kept alive in one folder.

``python -m blueline.queue.manager`` takes its settings as JSON on standard input, and answers with
one line of JSON: where the queue is, or why there is none. Redis and the server have sessions of
their own, so they, and the plan that runs, outlive this process; the next one takes them over (P8).
"""

import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from blueline.errors import BluelineError
from blueline.locks.holder import QUEUE
from blueline.queue.errors import QueueError
from blueline.queue.parts import CLOSE_DEADLINE, Parts
from blueline.queue.permissions import permissions
from blueline.queue.places import hold, write_json
from blueline.queue.reports import BEGINS, WELL
from blueline.queue.settings import QueueSettings, from_json, require_sound
from blueline.queue.stream_place import kept_stream
from blueline.queue.watch import Look, Mending, Watch

#: Seconds for the worker to open its session: devices that do not answer take some.
SESSION_DEADLINE = 60.0
#: Seconds between two looks at everything.
LOOK_EVERY = 0.25
#: Seconds until what could not be mended is tried again.
AGAIN_AFTER = 5.0
#: Items that the history keeps, and those beyond at which the oldest go.
MOST_HISTORY, TRIMMED_BEYOND = 1000, 1100
_log = logging.getLogger(__name__)


class Supervisor:
    """Keeps the processes of one queue alive.

    Parameters
    ----------
    settings
        What the queue is to be.
    """

    def __init__(self, settings: QueueSettings) -> None:
        self._settings, self._place = settings, settings.place
        self._parts, self._watch = Parts(settings), Watch()
        self._ends = False
        #: What could not be mended, and is not told again; empty when all is well.
        self._wrong = ""
        #: The worker before the one that opens its session.
        self._earlier: dict[str, Any] = {}

    def start(self) -> dict[str, Any]:
        """Bring everything up, or take over what runs; give where it is.

        Raises
        ------
        QueueError
            Something does not start; what had been started is ended.
        """
        self._place.permissions.write_text(permissions(self._settings.scripts), encoding="utf-8")
        try:
            self._parts.find_redis()
            self._parts.find_server()
            self._open_session()
        except BaseException:
            if not self._parts.ran_already:
                self.end()
            raise
        return self._tell_where()

    def _tell_where(self) -> dict[str, Any]:
        """Have our commands find the manager, and give where it is."""
        stream = kept_stream(self._place.stream)
        told = {**self._parts.told, "stream": stream, "state": "ready"}
        write_json(self._place.address, {**told, "pid": os.getpid()})
        return told

    def _open_session(self) -> None:
        """Open the worker's environment, where there is none, and wait for it."""
        status = self._parts.status() or {}
        if status.get("worker_environment_exists"):
            self._watch.wants_worker(False)
            return
        self._place.startup_problem.unlink(missing_ok=True)
        self._earlier = self._parts.noted("worker")
        self._parts.client.answer("environment_open")  # refused where somebody else has begun to
        try:
            self._parts.wait(self._has_session, SESSION_DEADLINE, "the session does not open")
        except QueueError:
            if (self._parts.status() or {}).get("manager_state") == "creating_environment":
                with contextlib.suppress(QueueError):  # why it does not open is what is told
                    self._destroy_session()  # one that cannot open is not tried for ever
            raise
        self._watch.wants_worker(False)

    def _has_session(self) -> bool:
        status = self._parts.status() or {}
        if status.get("worker_environment_exists"):
            return status.get("manager_state") == "idle"
        problem = self._place.startup_problem
        has_died = self._parts.noted("worker") != self._earlier and not self._parts.lives("worker")
        if status.get("manager_state") == "idle" or (has_died and problem.exists()):
            # a worker that could not open it ends before the manager knows of that
            why = problem.read_text(encoding="utf-8") if problem.exists() else "it does not say why"
            message = f"the session cannot be opened: {why}"
            raise QueueError(message)
        if has_died:
            log = self._place.log("server")
            message = f"the worker died while it opened the session; see {log}"
            raise QueueError(message)
        return False

    def ask_to_end(self, *_: object) -> None:
        """End soon; a handler of signals."""
        self._ends = True

    def run(self) -> None:
        """Look after everything until asked to end."""
        while not self._ends:
            try:
                self.look()
            except QueueError as error:
                if str(error) != self._wrong:
                    _log.error("%s", error)
                self._wrong = str(error)
                time.sleep(AGAIN_AFTER)
            except (
                Exception
            ) as error:  # whatever it is, the plan that runs has nothing to do with it
                _log.exception("looking after the queue failed: %s", error)
                self._wrong = str(error) or type(error).__name__
                time.sleep(AGAIN_AFTER)
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Look once, and mend what is broken."""
        parts = self._parts
        if parts.redis is not None and not parts.redis.lives():
            parts.start_redis()
            _log.warning("Redis died, and was started again on the same file")
        if parts.server is not None and not parts.server.lives():
            self._mend_server()
        status = parts.status()
        look = Look(time.monotonic(), status, worker_lives=parts.lives("worker"))
        mending = self._watch.decide(look)
        if mending is not None or self._wrong:
            parts.require_redis()
        if mending is not None:
            self._mend(mending)
        elif status is not None:
            self._tell_well(status)
            if status["items_in_history"] > TRIMMED_BEYOND:
                parts.client.answer("history_clear", {"size": MOST_HISTORY})

    def _tell_well(self, status: dict[str, Any]) -> None:
        """Take back what was wrong, once there is nothing to mend and the session is open."""
        if self._wrong and status["worker_environment_exists"]:
            self._wrong = ""
            _log.info(WELL)

    def _mend_server(self) -> None:
        """Start the server again, once the plan that runs has ended: it and its worker live on."""
        parts = self._parts
        status, is_alone = parts.status(), parts.lives("manager")
        if is_alone and (status is None or status["manager_state"] != "idle"):
            return
        if is_alone:
            self._close_orphan()
        if parts.server is not None:
            parts.server.kill_group()
        parts.start_server()
        _log.warning("the server died, and was started again with the queue as it was")
        self._tell_where()
        self._watch.wants_worker(True)

    def _close_orphan(self) -> None:
        """Let a worker that outlived its server finish the files of its last run."""
        with contextlib.suppress(QueueError):
            self._parts.client.ask("environment_close")
            self._parts.wait(
                lambda: not self._parts.lives("worker"), CLOSE_DEADLINE, "it does not close"
            )

    def _mend(self, mending: Mending) -> None:
        if mending is not Mending.REOPEN:
            self._parts.client.answer("queue_autostart", {"enable": False})
            self._destroy_session()
        self._watch.wants_worker(False)
        self._open_session()
        _log.warning("%s", mending.value)

    def _destroy_session(self) -> None:
        """Kill the worker, and wait until it is given up, or somebody has opened another."""
        worker = self._parts.noted("worker")

        def is_gone() -> bool:
            status = self._parts.status() or {}
            is_other = self._parts.noted("worker") != worker
            is_idle = status.get("manager_state") == "idle"
            return is_idle and (is_other or not status["worker_environment_exists"])

        self._parts.client.ask("environment_destroy")
        self._parts.wait(is_gone, SESSION_DEADLINE, "the worker is not given up")

    def end(self) -> None:
        """Close the session, then end manager and Redis; what runs is aborted."""
        self._parts.end()
        self._place.address.unlink(missing_ok=True)


def supervise(settings: QueueSettings, tell: Callable[[dict[str, Any]], None]) -> None:
    """Run a queue until SIGTERM or SIGINT.

    Parameters
    ----------
    settings
        What it is to be.
    tell
        Called once with where it is.

    Raises
    ------
    QueueError
        It does not start, or another supervisor holds the folder.
    """
    require_sound(settings)
    with _files_in(settings.folder):
        held = hold(settings.place.made())
    try:
        with _files_in(settings.folder):
            log_to_file(settings)  # not before: it is the log of whoever holds the folder
            _log.info(BEGINS)
            supervisor = Supervisor(settings)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, supervisor.ask_to_end)
            told = supervisor.start()
        tell(told)
        try:
            supervisor.run()
        finally:
            supervisor.end()
    finally:
        held.release()


@contextlib.contextmanager
def _files_in(folder: str) -> Iterator[None]:
    """Say in a sentence that files cannot be kept there, such as on a full disk."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        message = f"the queue cannot keep its files in {folder}: {why}; make room, or give another"
        raise QueueError(f"{message} data folder") from error


def log_to_file(settings: QueueSettings) -> None:
    """Keep what is mended in ``supervisor.log``, from where `blueline queue status` has it."""
    handler = logging.FileHandler(settings.place.log("supervisor"), encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)


def main() -> int:
    """Read the settings, supervise, and answer on standard output when the queue is up."""
    sys.argv = [QUEUE]  # as those who find it running are told
    settings = from_json(json.load(sys.stdin))

    def tell(told: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.close()

    try:
        supervise(settings, tell)
    except Exception as error:
        is_known = isinstance(error, BluelineError)
        _log.error("%s", error, exc_info=not is_known)
        if not sys.stdout.closed:
            tell({"problem": str(error) if is_known else f"{type(error).__name__}: {error}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
