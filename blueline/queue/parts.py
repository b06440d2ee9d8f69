"""The two programs of a queue, Redis and the server of the RE Manager: found again, or started."""

import contextlib
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from blueline.queue import processes, redis_provider
from blueline.queue.client import QueueClient
from blueline.queue.errors import QueueError
from blueline.queue.places import read_json, write_json
from blueline.queue.processes import Child, listens
from blueline.queue.redis_provider import RedisPlace, free_port
from blueline.queue.running_plan import end_plan
from blueline.queue.settings import STOCK_PORT, QueueSettings, as_json, secret_key
from blueline.queue.stream_place import free_stream, kept_stream
from blueline.queue.waiting import wait_until

#: Seconds for the manager to answer after its start: it imports much.
SERVER_DEADLINE = 60.0
#: Seconds for one answer of the manager in a look while something is waited for.
LOOK_DEADLINE = 2.0
#: Seconds for the worker to close its session: it finishes the files of the last run.
CLOSE_DEADLINE = 30.0
#: Seconds for the plan that runs to come to rest, and again for its clean-up; then it hangs.
ABORT_DEADLINE = 10.0
#: Says which Redis has written the files beside it.
KIND = "kind.txt"
_SERVER = "blueline.queue.server"
_log = logging.getLogger(__name__)


class Parts:
    """Redis and the server of one queue.

    Both have sessions of their own and are noted in a file, so they outlive whoever started them.

    Parameters
    ----------
    settings
        What the queue is to be.
    """

    def __init__(self, settings: QueueSettings) -> None:
        self._settings, self._place = settings, settings.place
        self._known = read_json(self._place.processes)
        self._redis_place: RedisPlace | None = None
        self.address: dict[str, Any] = {}
        self.redis: Child | None = None
        self.server: Child | None = None
        #: Whether a server was there before us: it is not ours to end where we cannot start.
        self.ran_already = self._noted("server") is not None

    @property
    def told(self) -> dict[str, Any]:
        """Where the manager listens, and which Redis it has."""
        return {**self.address, "redis": self._redis_place.told if self._redis_place else ""}

    @property
    def client(self) -> QueueClient:
        """Whoever asks the manager."""
        host, port = _host_and_port(self.address["control"])
        near = host if host not in {"0.0.0.0", "*"} else "127.0.0.1"  # noqa: S104 - to be reached
        keys = (self.address.get(name, "") for name in ("public_key", "key"))
        return QueueClient(f"{near}:{port}", *keys)

    def status(self) -> dict[str, Any] | None:
        """Give the manager's status; None where it does not answer."""
        try:
            answer = self.client.answer("status", deadline=LOOK_DEADLINE)
        except QueueError:
            return None
        return answer if "manager_state" in answer else None

    def noted(self, of: str) -> dict[str, Any]:
        """Give what the manager or the worker has noted of itself when it began."""
        return read_json(self._place.pid_file(of))

    def lives(self, of: str) -> bool:
        """Say whether the manager or the worker does."""
        return processes.lives(self.noted(of))

    def wait(self, holds: Callable[[], bool], deadline: float, otherwise: str) -> None:
        """Wait for something that the manager does.

        Raises
        ------
        QueueError
            It does not come in time.
        """
        log = self._place.log("server")
        wait_until(holds, deadline, f"{otherwise} within {deadline:g} s; see {log}")

    def find_redis(self) -> None:
        """Take over the Redis that is noted, or start one.

        Raises
        ------
        QueueError
            None can be had.
        """
        told, living = self._known.get("redis"), self._noted("redis")
        if told and (living is not None or self.ran_already):
            self._redis_place = RedisPlace(**told["place"])  # where the server looks for it
            self.redis = living
        else:
            self._redis_place = redis_provider.choose(self._settings.redis or self._kept_by())
        if self.redis is None:
            self.start_redis()

    def start_redis(self) -> None:
        """Start the Redis of this queue, on its own file and port."""
        place = self._redis_place
        if place is None:
            return
        if place.is_ours:
            self.redis = redis_provider.start(place, self._place)
            (self._place.redis / KIND).write_text(place.kind, encoding="utf-8")
            self._note("redis", {**self.redis.as_json(), "place": place.as_json()})
        _log.info("Redis: %s", place.told)

    def require_redis(self) -> None:
        """Refuse to judge a manager that cannot reach its Redis: it may only wait for it.

        Raises
        ------
        QueueError
            Redis does not answer.
        """
        place = self._redis_place
        if place is not None and not redis_provider.answers(place):
            message = (
                f"Redis, which has the queue, does not answer: {place.told}; what runs goes on, "
                "and what has ended is noted when it is there again"
            )
            raise QueueError(message)

    def find_server(self) -> None:
        """Take over the server that is noted, if its manager answers, or start one.

        Raises
        ------
        QueueError
            It does not start.
        """
        told = self._known.get("server", {})
        self.server = processes.found(told)
        if self.server is not None:
            self.address = told["address"]
            if self.status() is not None and self.listens_itself():
                _log.info("the manager that runs is taken over (pid %d)", self.server.pid)
                return
            self.server.kill_group()
        self.start_server()

    def start_server(self) -> None:
        """Start the server, where it was if it was anywhere, and wait for its manager.

        Another queue may take the same port at the same moment: it answers then in our place. Where
        nobody has said which port it is to be, another one is taken.

        Raises
        ------
        QueueError
            It does not start, or the port is another's.
        """
        self.address = self.address or self._addresses()
        self._start_server()
        if self.listens_itself():
            return
        port = _host_and_port(self.address["control"])[1]
        if self.server is not None:
            self.server.kill_group()
        if _host_and_port(self._settings.address)[1]:
            message = f"another queue answers at port {port}: end it, or give another address"
            raise QueueError(message)
        _log.info("another queue has taken port %d", port)
        self.address = self._addresses(free_port())
        self._start_server()

    def _start_server(self) -> None:
        redis = "" if self._redis_place is None else self._redis_place.address
        given = as_json(self._settings, redis=redis, **self.address)
        server = processes.started_module(_SERVER, given, self._place.log("server"))
        self.server = server
        self._note("server", {**server.as_json(), "address": self.address})

        def answers() -> bool:
            if not server.lives():
                message = f"the manager ended; see {self._place.log('server')}"
                raise QueueError(message)
            return self.status() is not None

        self.wait(answers, SERVER_DEADLINE, "the manager does not answer")

    def listens_itself(self) -> bool:
        """Whether our manager is what listens at its address; it does before it answers."""
        pid = self.noted("manager").get("pid")
        return pid is not None and listens(int(pid), _host_and_port(self.address["control"])[1])

    def end(self) -> None:
        """Abort what runs, close the session, then end manager and Redis."""
        if self.server is not None:
            self._end_server(self.server)
        if self.redis is not None:
            self.redis.end()
        self._place.processes.unlink(missing_ok=True)

    def _end_server(self, server: Child) -> None:
        with contextlib.suppress(QueueError):  # the manager would kill the worker, and its clean-up
            end_plan(self.client, ABORT_DEADLINE)
        with contextlib.suppress(QueueError):
            self.client.answer("manager_stop", {"option": "safe_off"}, LOOK_DEADLINE)
            self.wait(lambda: not server.lives(), CLOSE_DEADLINE, "the manager does not end")
        server.end()

    def _noted(self, name: str) -> Child | None:
        """Give a process that was noted and lives."""
        child = processes.found(self._known.get(name, {}))
        return child if child is not None and child.lives() else None

    def _note(self, name: str, told: dict[str, Any]) -> None:
        self._known[name] = told
        write_json(self._place.processes, self._known)

    def _kept_by(self) -> str:
        """Give which Redis has kept the queue up to now: another one cannot read its files."""
        kind = self._place.redis / KIND
        return kind.read_text(encoding="utf-8") if kind.exists() else ""

    def _addresses(self, otherwise: int = 0) -> dict[str, Any]:
        """Give where to listen: as it was said, or where clients look first, or `otherwise`."""
        host, port = _host_and_port(self._settings.address)
        chosen = port or otherwise or (STOCK_PORT if _is_free(STOCK_PORT) else free_port())
        if not _is_free(chosen):
            message = f"something listens at port {chosen} already: end it, or give another address"
            raise QueueError(message)
        told_at, told_port = _host_and_port(self._settings.information)
        info = f"{told_at}:{told_port or free_port()}"
        stream = free_stream(kept_stream(self._place.stream))
        address = {"control": f"{host}:{chosen}", "info": info, "stream": stream}
        if self._settings.key:
            import zmq

            secret = secret_key(self._settings.key).encode()
            address["public_key"] = zmq.curve_public(secret).decode()
            # the queue's own commands show the manager its own pair, which is theirs to read
            address["key"] = str(Path(self._settings.key).absolute())
            address["clients"] = str(self._settings.clients)
        return address


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    return host, int(port)


def _is_free(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) != 0
