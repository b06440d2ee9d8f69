"""The RE Manager of bluesky-queueserver, with limits, and with patience for its Redis.

What is overridden is private to bluesky-queueserver 0.0.25: ``tests/unit/blueline/queue`` fails
where a new version has it no more.
"""

import asyncio
import logging
import math
import os
import time
from pathlib import Path
from typing import Any

import redis
import zmq
from bluesky_queueserver.manager.comms import CommJsonRpcError, CommTimeoutError
from bluesky_queueserver.manager.manager import MState, RunEngineManager
from zmq.auth.asyncio import AsyncioAuthenticator

from blueline.queue.doorman import started_doorman
from blueline.queue.history import RunsOfItems
from blueline.queue.limits import MOST_BYTES_OF_ALL, Limits, RefusedError
from blueline.queue.places import QueueFolder, write_json
from blueline.queue.reports import full_disk
from blueline.queue.submission import (
    ADDING,
    ANSWER,
    BATCH,
    VERDICTS,
    answered,
    is_next,
    items_of,
    refusal,
    rehearsal_seconds,
    words_in,
)

#: Seconds between two questions to a Redis that does not answer.
ASK_EVERY = 0.1
#: Seconds for one answer of it.
ANSWER_DEADLINE = 2.0
#: Seconds for which a request waits for Redis: it is there again after one.
PATIENCE = 3.0
#: Seconds for the opening of a session to end that is given up.
OPENING_ENDS = 10.0
#: Requests that are refused while the disk of the queue is full.
_NEEDS_ROOM = ADDING | {BATCH, "queue_start"}
_WITHOUT_REDIS = frozenset({"ping", "status"})
#: States of the manager in which its worker has its session open.
_WITH_WORKER = frozenset(
    {MState.IDLE, MState.EXECUTING_QUEUE, MState.STARTING_QUEUE, MState.PAUSED}
)
_log = logging.getLogger(__name__)
_NO_REDIS = (
    "Redis, which has the queue, does not answer; what runs goes on, so try again in a few seconds"
)


_LOST_REDIS = (
    "Redis, which has the queue, died while it was asked: whether this was done, the list shows in "
    "a few seconds; `blueline queue status` says how it is"
)


class GuardedManager(RunEngineManager):
    """The manager, which refuses requests beyond its limits and any that carries code.

    The report of a plan that has ended is fetched from the worker once Redis answers: the stock
    manager fetches it at once, loses it with the connection, and waits for it for ever. Its history
    has what was found in each run, and the runs of items whose worker was killed.

    Parameters
    ----------
    limits
        What is taken.
    folder
        Of the queue.
    clients
        Folder with the public keys of those who may ask, where the manager has a secret key.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        limits: Limits,
        folder: Path,
        clients: Path | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        self._clients = clients
        self._doorman: AsyncioAuthenticator | None = None
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._folder = QueueFolder(folder)
        self._fetches_report = False
        self._changing: asyncio.Task[Any] | None = None
        self._is_killing = False

    def run(self) -> None:
        """Run until the manager is stopped."""
        write_json(self._folder.pid_file("manager"), {"pid": os.getpid()})
        self._runs = RunsOfItems(self._folder.runs)
        try:
            super().run()
        finally:
            if self._doorman is not None:
                self._doorman.stop()

    @property
    def _zmq_socket(self) -> Any:  # noqa: ANN401 - None until the manager makes it
        return self._guarded_socket

    @_zmq_socket.setter
    def _zmq_socket(self, made: Any) -> None:  # noqa: ANN401
        """Take the socket between its making and its binding, after which nothing counts."""
        self._guarded_socket = made
        if made is not None:
            made.setsockopt(zmq.MAXMSGSIZE, MOST_BYTES_OF_ALL)
            self._watch_door(made.context)

    def _watch_door(self, context: "zmq.Context[Any]") -> None:
        if self._zmq_private_key is None:
            return
        if self._clients is None:
            message = "a manager that has a key needs the folder of those who may ask it"
            raise ValueError(message)
        self._doorman = started_doorman(context, self._zmq_private_key, self._clients)

    async def _zmq_receive(self) -> Any:  # noqa: ANN401 - JSON, or why there is none
        try:
            return self._limits.parsed(b"".join(await self._zmq_socket.recv_multipart()))
        except RefusedError as error:
            return str(error)

    async def _zmq_execute(self, msg: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        if isinstance(msg, str):
            return {"success": False, "msg": msg}
        queue: Any = self._plan_queue
        try:
            self._limits.check(msg, queue.get_queue_size())
        except RefusedError as error:
            return {"success": False, "msg": str(error)}
        if msg["method"] in _NEEDS_ROOM and (full := full_disk(self._folder.root)):
            return {"success": False, "msg": full[0]}
        if msg["method"] not in _WITHOUT_REDIS and not await self._redis_answers(PATIENCE):
            return {"success": False, "msg": _NO_REDIS}
        if items_of(msg):
            answer = await self._submitted(msg, queue.get_queue_size())
        else:
            answer = await super()._zmq_execute(msg)
        is_refused = answer.get("success") is False and msg["method"] not in _WITHOUT_REDIS
        is_cut_off = is_refused and not await self._redis_answers(0.0)
        return {**answer, "msg": _LOST_REDIS} if is_cut_off else answer

    async def _submitted(self, request: dict[str, Any], waiting: int) -> dict[str, Any]:
        """Answer a request that brings items: the worker says first what speaks against them."""
        verdicts = await self._verdicts(request, waiting)
        refused = refusal(request, verdicts, waiting)
        if refused is not None:
            return refused
        return answered(await super()._zmq_execute(request), request, verdicts)

    async def _verdicts(self, request: dict[str, Any], waiting: int) -> list[dict[str, str]]:
        """Ask the worker; nothing where there is none, or where it does not answer in time."""
        if not self._environment_exists or self._manager_state not in _WITH_WORKER:
            return []
        is_idle = self._manager_state is MState.IDLE
        rehearses = is_idle and self._permits(request)
        seconds = rehearsal_seconds(request) if rehearses else 0.0
        asked = {
            "items": items_of(request),
            "is_next": is_idle and is_next(request, waiting),
            "rehearses": rehearses,
            "seconds": seconds,
        }
        worker: Any = self._comm_to_worker
        deadline = ANSWER + seconds
        try:
            return await worker.send_msg(VERDICTS, asked, timeout=deadline) or []
        except (CommTimeoutError, CommJsonRpcError, RuntimeError, OSError) as error:
            _log.warning("the worker did not look at what is added: %s", type(error).__name__)
            return []

    def _permits(self, request: dict[str, Any]) -> bool:
        """Whether who asks may use all plans and devices that the items name."""
        group = (request.get("params") or {}).get("user_group")
        if not isinstance(group, str) or group not in self._allowed_plans:
            return False
        existing = {*self._existing_plans, *self._existing_devices}
        allowed = {*self._allowed_plans[group], *self._allowed_devices[group]}
        return (existing - allowed).isdisjoint(words_in(items_of(request)))

    async def _start_re_worker_task(self) -> Any:  # noqa: ANN401 - as the stock one
        self._changing = asyncio.current_task()
        return await super()._start_re_worker_task()

    async def _stop_re_worker_task(self) -> Any:  # noqa: ANN401 - as the stock one
        self._changing = asyncio.current_task()
        return await super()._stop_re_worker_task()

    async def _kill_re_worker(self) -> Any:  # noqa: ANN401 - as the stock one
        """Kill the worker once: a second killing would look for the end of the next worker."""
        if self._is_killing:
            return True, ""
        self._is_killing, accepted = True, False
        try:
            accepted, why = await super()._kill_re_worker()
        finally:
            self._is_killing = accepted
        return accepted, why

    async def _kill_re_worker_task(self) -> Any:  # noqa: ANN401 - as the stock one
        """Kill the worker when the opening or closing that is given up has ended.

        Otherwise its end makes the manager idle in the middle of this, another worker is opened,
        and that one is taken for the one that would not die: it runs on, unknown, beside the next.
        """
        changing = self._changing
        if changing is not None and changing is not asyncio.current_task():
            await asyncio.wait([changing], timeout=OPENING_ENDS)
        try:
            return await super()._kill_re_worker_task()
        finally:
            self._is_killing = False

    async def _process_plan_report(self) -> None:
        if self._fetches_report:  # asked twice a second until it is done
            return
        self._fetches_report = True
        try:
            await self._redis_answers()
            await super()._process_plan_report()
        finally:
            self._fetches_report = False

    async def _redis_answers(self, patience: float = math.inf) -> bool:
        """Wait for Redis, and drop connections that it has lost.

        Nothing but this question is repeated: an item pushed twice would run twice.
        """
        # its own connections, since it is they that must work
        database: Any = getattr(self._plan_queue, "_r_pool")  # noqa: B009
        ends = time.monotonic() + patience
        while True:
            try:
                await asyncio.wait_for(database.ping(), ANSWER_DEADLINE)
            except (redis.RedisError, OSError, TimeoutError):
                await database.connection_pool.disconnect(inuse_connections=False)
            else:
                return True
            if time.monotonic() > ends:
                return False
            await asyncio.sleep(ASK_EVERY)

    async def _history_get_handler(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = await super()._history_get_handler(request)
        items = [self._runs.completed(item) for item in answer["items"]]
        return {**answer, "items": items}
