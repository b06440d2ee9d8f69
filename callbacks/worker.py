"""The child process in which a heavy consumer runs: ``python -m callbacks.worker FACTORY ARGS``.

Journal lines come on standard input; it ends when they end, also when the parent was killed. On
standard output goes one JSON object per line: how many documents were consumed and which files
were made, or the error after which nothing more is consumed.
"""

import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from callbacks.errors import ConsumerError
from callbacks.line import from_line
from callbacks.queued import DRAIN_DEADLINE, is_foreseen, reason_of

#: Documents after which progress is reported while more are waiting, and seconds.
REPORT_EVERY, REPORT_PERIOD = 1000, 0.5
#: Seconds between two looks whether the session still lives.
LOOK_PERIOD = 1.0

Answer = Callable[[dict[str, Any]], None]


def build(factory: str, arguments: dict[str, Any]) -> Callable[[str, Any], object]:
    """Import ``module:function`` and call it.

    Raises
    ------
    ConsumerError
        There is no such function.
    """
    module, _, function = factory.partition(":")
    try:
        make = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        message = f"no consumer factory {factory}: {error}"
        raise ConsumerError(message) from error
    return make(**arguments)


class Lines:
    """Lines of a pipe, and whether more are waiting to be read."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def batches(self) -> Iterator[list[bytes]]:
        """Yield the whole lines of each read; a torn last line is dropped."""
        pieces: list[bytes] = []  # of one line, which is put together once: it may be an image
        while block := os.read(self._descriptor, 1 << 16):
            pieces.append(block)
            if b"\n" in block:
                *lines, torn = b"".join(pieces).split(b"\n")
                pieces = [torn]
                yield lines


class Tally:
    """Count documents, and answer how many and what was made when it is time to.

    Parameters
    ----------
    consumer
        Its `paths` are told, if it has any.
    answer
        Where to.
    """

    def __init__(self, consumer: object, answer: Answer) -> None:
        self._consumer = consumer
        self._answer = answer
        self._consumed = self._told = 0
        self._told_at = time.monotonic()

    def one_more(self) -> None:
        """Count a document."""
        self._consumed += 1
        is_due = time.monotonic() - self._told_at > REPORT_PERIOD
        if is_due or self._consumed - self._told >= REPORT_EVERY:
            self.tell()

    def tell(self) -> None:
        """Answer now."""
        self._answer({"consumed": self._consumed, "paths": _new_paths(self._consumer)})
        self._told, self._told_at = self._consumed, time.monotonic()


def serve(consumer: Callable[[str, dict[str, Any]], object], lines: Lines, answer: Answer) -> None:
    """Feed the consumer until the lines end, then close it."""
    tally = Tally(consumer, answer)
    for batch in lines.batches():
        for line in batch:
            consumer(*from_line(line))
            tally.one_more()
        tally.tell()
    close = getattr(consumer, "close", None)
    if close is not None:
        close()
    tally.tell()


def _new_paths(consumer: object) -> list[str]:
    paths = getattr(consumer, "paths", None)
    if not paths:
        return []
    found = [str(path) for path in paths]
    paths.clear()
    return found


def end_with_parent(parent: int, stays: Callable[[], bool] = lambda: False) -> None:
    """End this process, whatever it hangs in, some time after its parent was killed.

    One that does not hang ends by itself at the end of its input, and has that time for it. One
    that `stays` is left to the person who looks at it.
    """
    while os.getppid() == parent:
        time.sleep(LOOK_PERIOD)
    time.sleep(DRAIN_DEADLINE)
    if not stays():
        os._exit(1)


def main(arguments: list[str]) -> int:
    """Run until standard input ends; the exit status is 0 unless the consumer failed."""
    # Ctrl-C at the prompt reaches the whole process group; the parent decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    consumer: object = None

    def stays() -> bool:
        return bool(getattr(consumer, "stays", False))

    threading.Thread(target=end_with_parent, args=(os.getppid(), stays), daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a consumer that prints must not garble the answers

    turn = threading.Lock()  # consumers may say things from threads of their own

    def answer(what: dict[str, Any]) -> None:
        try:
            with turn:
                answers.write(json.dumps(what) + "\n")
        except BrokenPipeError:
            if not stays():
                raise

    try:
        consumer = build(arguments[0], json.loads(arguments[1]))
        if hasattr(consumer, "say"):
            setattr(consumer, "say", answer)  # noqa: B010 - it has one
        serve(consumer, Lines(0), answer)
    except BrokenPipeError:
        return 1
    except (Exception, SystemExit) as error:
        said = {"error": reason_of(error), "is_foreseen": is_foreseen(error)}
        answer(said | {"trace": traceback.format_exc()})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
