"""Work that takes long, done in a thread that an IOC told to end does not wait for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable


async def done_in_thread(work: Callable[[], None], name: str) -> None:
    """Wait until `work` is done beside the event loop; what it raises is raised here."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell(error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def do() -> None:
        failure: Exception | None = None
        try:
            work()
        except Exception as error:  # whatever it is, who waits must hear of it
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(tell, failure)

    threading.Thread(target=do, daemon=True, name=name).start()
    await done
