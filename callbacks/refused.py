"""Events that the engine has counted and that could not be stored."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from callbacks.routing import Document


class RefusedEvents:
    """Correct stop documents of runs of which not every event was taken.

    The engine counts an event when it makes it, so that the stop document of a run that ends since
    an event was refused promises one that nobody has.
    """

    def __init__(self) -> None:
        self._streams: dict[str, tuple[str, str]] = {}
        self._refused: dict[str, Counter[str]] = {}

    def describe(self, descriptor: Document) -> None:
        """Learn the stream of a descriptor that was stored."""
        stream = str(descriptor.get("name", "primary"))
        self._streams[descriptor["uid"]] = (descriptor["run_start"], stream)

    def add(self, name: str, doc: Document) -> None:
        """Take note that a document was refused; it may be any, and lack anything."""
        found = self._streams.get(str(doc.get("descriptor")))
        if found is None or name not in ("event", "event_page"):
            return
        run, stream = found
        number = len(doc.get("seq_num") or ()) if name == "event_page" else 1
        self._refused.setdefault(run, Counter())[stream] += number

    def corrected(self, stop: Document) -> Document:
        """Give a stop document that counts what was stored."""
        refused = self._refused.get(str(stop.get("run_start")))
        counted = stop.get("num_events")
        if refused is None or not isinstance(counted, Mapping):
            return stop
        stored: Mapping[Any, Any] = {
            stream: max(0, number - refused[stream]) for stream, number in counted.items()
        }
        return {**stop, "num_events": stored}

    def forget(self, run: str) -> None:
        """Let go of a run that has ended."""
        self._refused.pop(run, None)
        self._streams = {uid: at for uid, at in self._streams.items() if at[0] != run}
