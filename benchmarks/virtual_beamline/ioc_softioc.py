"""Serve many records with pythonSoftIOC; the port comes from the environment."""

import sys
import threading

from softioc import asyncio_dispatcher, builder, softioc


def serve(prefix: str, count: int) -> None:
    dispatcher = asyncio_dispatcher.AsyncioDispatcher()
    builder.SetDeviceName(prefix.removesuffix(":"))
    for index in range(count):
        builder.aOut(f"x{index}", initial_value=0.0, always_update=True)
    builder.LoadDatabase()
    softioc.iocInit(dispatcher, enable_pva=False)
    threading.Event().wait()


if __name__ == "__main__":
    _kind, _prefix, _count, _port = sys.argv[1:]
    serve(_prefix, int(_count))
