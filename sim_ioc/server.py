"""The process that serves a beamline: says when it is ready, ends when it is told to."""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine

from sim_ioc.beamline import Beamline, BeamlineOptions
from sim_ioc.channel_access.context import LoopbackServer
from sim_ioc.channel_access.quiet_log import set_up_logging


def ready_line(options: BeamlineOptions, port: int) -> str:
    """Return what is printed when clients are answered."""
    told = {
        "port": port,
        "prefix": options.prefix,
        "time_factor": options.time_factor,
        "pid": os.getpid(),
    }
    return f"READY {json.dumps(told)}"


async def serve(
    options: BeamlineOptions, port: int, stop: asyncio.Event, ready: Callable[[str], None]
) -> None:
    """Serve a beamline until `stop` is set, or until what it does in the background fails."""
    beamline = Beamline(options)
    server = LoopbackServer(beamline.database)
    actual = await server.start(port)
    try:
        ready(ready_line(options, actual))
        await _until_first_ends(stop.wait(), beamline.run(), server.send_beacons())
    finally:
        await server.close()


async def _until_first_ends(*coroutines: Coroutine[None, None, object]) -> None:
    """Run all until the first has ended or failed, then cancel the others."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    ended, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in running:
        task.cancel()
    for task in ended:
        task.result()


def _stop_at_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Watch stdin from a thread, as it may be a file or a terminal, which asyncio cannot watch."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, daemon=True, name="watch stdin").start()


async def _main(options: BeamlineOptions, port: int, *, exit_with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_stdin:
        _stop_at_end_of_stdin(loop, stop)
    await serve(options, port, stop, _say)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(options: BeamlineOptions, port: int = 0, *, exit_with_stdin: bool = False) -> None:
    """Serve a beamline in this process until SIGTERM, SIGINT or, if asked, the end of stdin."""
    set_up_logging()
    asyncio.run(_main(options, port, exit_with_stdin=exit_with_stdin))
