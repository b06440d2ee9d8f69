"""The process that serves a beamline: says when it is ready, ends when it is told to."""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine

from sim_ioc.beamline import Beamline
from sim_ioc.channel_access.context import LoopbackServer
from sim_ioc.channel_access.quiet_log import set_up_logging
from sim_ioc.config import BeamlineSettings


def ready_line(settings: BeamlineSettings, port: int) -> str:
    """Return what is printed when clients are answered."""
    told = {
        "port": port,
        "prefix": settings.prefix,
        "time_factor": settings.time_factor,
        "pid": os.getpid(),
    }
    return f"READY {json.dumps(told)}"


def ready_sentence(settings: BeamlineSettings, port: int) -> str:
    """Return the same for somebody who looks at a terminal."""
    factor = settings.time_factor
    speed = "" if factor == 1 else f", {factor:g} times faster than life"
    return (
        f"the virtual beamline {settings.prefix} answers at 127.0.0.1, port {port}{speed}; "
        f"Ctrl-C ends it\nin another terminal: blueline shell --port {port}"
    )


async def serve(
    settings: BeamlineSettings, port: int, stop: asyncio.Event, ready: Callable[[int], None]
) -> None:
    """Serve a beamline until `stop` is set, or until what it does in the background fails.

    Parameters
    ----------
    ready
        Called with the port when clients are answered.
    """
    beamline = Beamline(settings)
    server = LoopbackServer(beamline.database)
    actual = await server.start(port)
    try:
        ready(actual)
        await _until_first_ends(
            stop.wait(),
            beamline.run(),
            server.send_beacons(),
            beamline.control.run(server, beamline.database),
        )
    finally:
        await server.close()
        beamline.close()


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


async def _main(settings: BeamlineSettings, port: int, *, exit_with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_stdin:
        _stop_at_end_of_stdin(loop, stop)
    said = ready_sentence if sys.stdout.isatty() else ready_line

    def ready(actual: int) -> None:
        sys.stdout.write(f"{said(settings, actual)}\n")
        sys.stdout.flush()

    await serve(settings, port, stop, ready)


def run(settings: BeamlineSettings, port: int = 0, *, exit_with_stdin: bool = False) -> None:
    """Serve a beamline in this process until SIGTERM, SIGINT or, if asked, the end of stdin."""
    set_up_logging()
    asyncio.run(_main(settings, port, exit_with_stdin=exit_with_stdin))
