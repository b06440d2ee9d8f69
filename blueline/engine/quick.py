"""Quicker versions of what bluesky's RunEngine does at every point, doing exactly the same.

Only this file, `bundler`, `suspension`, `engine`, `blueline.guard.following`, `blueline.ending` and
`blueline.signals` know what is private to bluesky, and a test keeps that list. `STANDS_IN_FOR`
names what is done again, and a test fails when one of those functions changes upstream. What is
left out is what nobody sees: tracing spans with the repr of the device, tasks that wait for tasks,
`isinstance` on runtime protocols once per message rather than once per device, schemas of events
that are all alike. Whatever is out of the ordinary goes bluesky's own way.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any

from bluesky import RunEngine
from bluesky.bundlers import RunBundler
from bluesky.protocols import Movable, Readable, Triggerable, check_supports
from bluesky.utils import Msg, warn_if_msg_args_or_kwargs

from blueline.engine.bundler import Bundler
from blueline.engine.fetched import Fetched, is_one_get
from blueline.engine.places import Places
from blueline.engine.suspension import SuspendableRunEngine
from blueline.engine.time_check import unheard
from blueline.engine.waits import too_late

#: What is done again here, and what we rely on, of bluesky's.
STANDS_IN_FOR: tuple[Callable[..., Any], ...] = (
    RunEngine._set,  # noqa: SLF001 - see the module's docstring
    RunEngine._trigger,  # noqa: SLF001
    RunEngine._wait,  # noqa: SLF001
    RunEngine._wait_for,  # noqa: SLF001
    RunEngine._read,  # noqa: SLF001
    RunEngine._rewind,  # noqa: SLF001
    RunEngine._add_status_to_group,  # noqa: SLF001
    RunEngine._status_object_completed,  # noqa: SLF001
    RunEngine._reset_checkpoint_state_meth,  # noqa: SLF001
    RunEngine._clear_call_cache,  # noqa: SLF001
    RunEngine._open_run,  # noqa: SLF001
    RunEngine._close_run,  # noqa: SLF001
    RunEngine.request_suspend,
    RunEngine._run,  # noqa: SLF001
    RunBundler._prepare_stream,  # noqa: SLF001
    RunBundler.create,
    RunBundler.read,
    RunBundler.save,
    RunBundler.monitor,
)


class QuickRunEngine(SuspendableRunEngine):
    """A RunEngine with quicker ``set``, ``trigger``, ``wait`` and ``read``.

    Parameters
    ----------
    quick
        Whether they are used; otherwise bluesky's own are, and every event is validated against
        its schema.
    tell
        Shows a sentence for each axis that is sent back after a pause; None sends none back, and
        leaves what there is to say of the data to the log.
    kwargs
        What bluesky's RunEngine takes.
    """

    RunBundler = Bundler

    def __init__(
        self,
        *,
        quick: bool = True,
        tell: Callable[[str], object] | None = None,
        **kwargs: Any,  # noqa: ANN401 - bluesky's
    ) -> None:
        self.is_quick = quick
        #: Shows what the session is to know of the data.
        self.tell: Callable[[str], object] = tell or unheard
        self._places = None if tell is None else Places(tell)
        #: What bundles, or has last bundled, an event.
        self.at_work: Bundler | None = None
        self._supports: set[tuple[int, type]] = set()
        #: What the message `wait` that is being done waits for; there is one at the most.
        self._awaited: set[asyncio.Future[None]] = set()
        self._waiter: asyncio.Future[None]
        self._fetched = Fetched()
        super().__init__(**kwargs)
        self._loop_thread = self._th.ident
        if quick:
            self.register_command("trigger", self._quick_trigger)
            self.register_command("read", self._quick_read)
            self.register_command("fetch", self._fetch)
        self._plain_set = self._quick_set if quick else self._set
        self._plain_wait = self._quick_wait if quick else self._wait
        self.register_command("set", self._noted_set)
        self.register_command("wait", self._noted_wait)

    def _supporting(self, device: Any, protocol: type) -> Any:  # noqa: ANN401 - any device
        """Check a device against a protocol, once in a call of the engine."""
        known = (id(device), protocol)
        if known not in self._supports:
            check_supports(device, protocol)
            self._supports.add(known)
        return device

    def _clear_call_cache(self) -> None:
        super()._clear_call_cache()
        self._supports.clear()

    # --- what is set, and waited for, in an open run

    async def _noted_set(self, msg: Msg) -> Any:  # noqa: ANN401 - a status
        """Set a device; see bluesky's `set`."""
        status = await self._plain_set(msg)
        if self._places is not None and self._run_bundlers:
            self._places.asked(msg, status)
        return status

    async def _noted_wait(self, msg: Msg) -> bool:
        """Wait for a group; see bluesky's `wait`."""
        done = await self._plain_wait(msg)
        if self._places is not None and done:
            self._places.waited(msg.args[0] if msg.args else msg.kwargs["group"])
        return done

    async def _open_run(self, msg: Msg) -> Any:  # noqa: ANN401 - a uid
        if self._places is not None and not self._run_bundlers:
            self._places.clear()
        return await super()._open_run(msg)

    def _reset_checkpoint_state_meth(self) -> None:
        super()._reset_checkpoint_state_meth()
        self._fetched.forget()
        if self._places is not None:
            self._places.mark()

    def _rewind(self) -> Any:  # noqa: ANN401 - a plan
        replayed = list(self._msg_cache)
        plan = super()._rewind()
        self._fetched.forget()
        if self._places is None or not self._run_bundlers:
            return plan
        return self._places.restore(replayed)

    # --- quicker ways

    async def _quick_set(self, msg: Msg) -> Any:  # noqa: ANN401 - a status
        """Set a device; see bluesky's `set`."""
        device = self._supporting(msg.obj, Movable)
        self._fetched.forget()
        kwargs = dict(msg.kwargs)
        group = kwargs.pop("group", None)
        self._movable_objs_touched.add(device)
        status = device.set(*msg.args, **kwargs)
        self._add_status_to_group(device, status, group, "set")
        return status

    async def _quick_trigger(self, msg: Msg) -> Any:  # noqa: ANN401 - a status
        """Trigger a device; see bluesky's `trigger`."""
        device = self._supporting(msg.obj, Triggerable)
        self._fetched.forget()
        kwargs = dict(msg.kwargs)
        group = kwargs.pop("group", None)
        warn_if_msg_args_or_kwargs(msg, device.trigger, msg.args, kwargs)
        status = device.trigger(*msg.args, **kwargs)
        self._add_status_to_group(device, status, group, "trigger")
        return status

    def _add_status_to_group(
        self,
        obj: Any,  # noqa: ANN401 - any device
        status_object: Any,  # noqa: ANN401 - any status
        group: Any,  # noqa: ANN401 - whatever tells groups apart
        action: str,
    ) -> None:
        if not self.is_quick or not hasattr(status_object, "add_callback"):
            super()._add_status_to_group(obj, status_object, group, action)
            return
        future = self._loop.create_future()
        pardon_failures = self._pardon_failures

        def ended(_: object) -> None:
            completed = (status_object, future, pardon_failures)
            if threading.get_ident() == self._loop_thread:
                self._status_object_completed(*completed)
            else:
                self._loop.call_soon_threadsafe(self._status_object_completed, *completed)

        status_object.add_callback(ended)
        self._groups[group].add(lambda: future)
        self._status_objs[group].add(status_object)

    async def _quick_wait(self, msg: Msg) -> bool:
        """Wait for a group; see bluesky's `wait`."""
        group = msg.args[0] if msg.args else msg.kwargs["group"]
        is_plain = not msg.kwargs.keys() - {"group", "timeout"}
        if len(msg.args) > 1 or not is_plain or group not in self._groups:
            return await self._wait(msg)
        makers, statuses = self._groups.pop(group), self._status_objs.pop(group)
        timeout = msg.kwargs.get("timeout")
        try:
            self._call_waiting_hook(statuses)
            async with asyncio.timeout(timeout):
                await self._all_done_or_one_failed([future() for future in makers])
        except TimeoutError:
            self._groups[group], self._status_objs[group] = makers, statuses
            raise too_late(statuses, timeout) from None
        finally:
            self._call_waiting_hook(None)
        return True

    async def _all_done_or_one_failed(self, futures: list[asyncio.Future[None]]) -> None:
        if any(future.done() and future.exception() is not None for future in futures):
            return
        self._awaited = {future for future in futures if not future.done()}
        if self._awaited:
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._awaited = set()

    def _status_object_completed(self, ret: Any, fut: Any, pardon_failures: Any) -> None:  # noqa: ANN401
        super()._status_object_completed(ret, fut, pardon_failures)
        if fut in self._awaited:
            self._awaited.discard(fut)
            if not self._waiter.done() and (not self._awaited or fut.exception() is not None):
                self._waiter.set_result(None)

    async def _fetch(self, msg: Msg) -> int:
        """Read together what can be; see `docs/reference/messages`."""
        alone = [each for each in msg.args if is_one_get(each) and not each._auto_monitor]  # noqa: SLF001 - see the module's docstring
        return self._fetched.fetch(alone)

    async def _quick_read(self, msg: Msg) -> Mapping[str, Any]:
        """Read a device, into the open event where there is one; see bluesky's `read`."""
        device = self._supporting(msg.obj, Readable)
        if msg.args or msg.kwargs:
            return await self._read(msg)
        reading = self._fetched.take(device)
        if reading is None:
            reading = device.read()
            if isawaitable(reading):
                reading = await reading
        if reading is None:
            message = f"the device {device.name} gives no reading, which is an error of its class"
            raise RuntimeError(message)
        bundler = self._run_bundlers.get(msg.run)
        if bundler is not None:
            await bundler.read(msg, reading)
        return reading

    def end_thread(self, deadline: float) -> None:
        """End the event loop and its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._th.join(deadline)
