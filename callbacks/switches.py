"""What is done with each scan beside keeping it, to be switched off and on (PS-103)."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Protocol

from callbacks.comeback import begins, ends
from callbacks.errors import ConsumerError
from callbacks.queued import DRAIN_DEADLINE, Consumer

#: Entry of a start document: where it is False, nobody fits the run when it stops (FIT_SCAN).
FIT_SCAN = "fit_scan"


def is_fitted(start: Mapping[str, Any]) -> bool:
    """Tell whether a run is fitted when it stops, without anybody asking.

    Examples
    --------
    >>> is_fitted({}), is_fitted({"fit_scan": False})
    (True, False)
    """
    return start.get(FIT_SCAN) is not False


class Part(Protocol):
    """What a switch switches."""

    @property
    def is_on(self) -> bool:
        """Whether it is on."""
        ...

    @is_on.setter
    def is_on(self, wanted: bool) -> None: ...


class MetadataSwitch:
    """Something that runs say in their start documents where it is off, and nothing where it is on.

    Parameters
    ----------
    metadata
        Of all runs to come: ``RE.md``.
    key
        The entry that is False.

    Examples
    --------
    >>> metadata = {}
    >>> MetadataSwitch(metadata, "fit_scan").is_on = False
    >>> metadata
    {'fit_scan': False}
    """

    def __init__(self, metadata: MutableMapping[str, Any], key: str) -> None:
        self._metadata = metadata
        self._key = key

    @property
    def is_on(self) -> bool:
        """Whether runs say nothing."""
        return self._metadata.get(self._key) is not False

    @is_on.setter
    def is_on(self, wanted: bool) -> None:
        if wanted:
            self._metadata.pop(self._key, None)
        else:
            self._metadata[self._key] = False


class Switched:
    """A consumer that takes runs or not: what is switched counts from the next run on.

    Whoever needs a run from its start, as all writers do, never gets a part of one.

    Parameters
    ----------
    consumer
        What is switched.

    Attributes
    ----------
    is_on
        Whether the next run is taken.

    Examples
    --------
    >>> from callbacks import InThread
    >>> from callbacks.switches import Switched
    >>> names = []
    >>> switched = Switched(InThread("the names", lambda name, doc: names.append(name), print))
    >>> switched.is_on = False
    >>> switched.offer(b'{"name": "start", "doc": {"uid": "a"}}')
    >>> switched.close()
    >>> names
    []
    """

    def __init__(self, consumer: Consumer) -> None:
        self.name = consumer.name
        self.is_on = True
        self._consumer = consumer
        self._takes = True
        self._open = 0

    @property
    def failure(self) -> str | None:
        """Why it was put aside; None while it is not."""
        return self._consumer.failure

    @property
    def lag(self) -> int:
        """Documents that were offered and are not consumed yet."""
        return self._consumer.lag

    @property
    def dropped(self) -> int:
        """Events that it has lost, as it may."""
        return self._consumer.dropped

    def offer(self, line: bytes) -> None:
        """Queue one document without waiting, of a run that is taken."""
        if begins(line):
            if not self._open:
                self._takes = self.is_on
            self._open += 1
        elif ends(line) and self._open:
            self._open -= 1
        if self._takes:
            self._consumer.offer(line)

    def drain(self, deadline: float = DRAIN_DEADLINE) -> bool:
        """Wait until everything taken so far has been consumed; False where it was not."""
        return self._consumer.drain(deadline)

    def end(self) -> None:
        """Finish what was taken, then end; returns at once."""
        self._consumer.end()

    def close(self, deadline: float = DRAIN_DEADLINE) -> None:
        """Wait for the end, and put aside what does not reach it."""
        self._consumer.close(deadline)


class Switches:
    """Switch off and on what is done with scans, by name.

    The journal and the files that are made of it have no switch: what was measured is kept, and
    point by point.

    Parameters
    ----------
    parts
        The consumers behind each name.
    kept
        Keeps how they stand, for the next session.

    Examples
    --------
    >>> from callbacks import InThread
    >>> from callbacks.switches import Switched, Switches
    >>> table = Switched(InThread("the live table", print, print))
    >>> switches = Switches({"print": [table]})
    >>> switches(print=False)
    >>> switches
    print off
    """

    def __init__(self, parts: Mapping[str, Sequence[Part]]) -> None:
        self._parts = dict(parts)
        self._kept: MutableMapping[str, Any] = {}

    def keep_in(self, kept: MutableMapping[str, Any]) -> None:
        """Put them as they are kept, and keep from now on how they stand."""
        self._kept = kept
        for name, is_on in dict(kept).items():
            if isinstance(is_on, bool):
                self._put(name, is_on)

    def add(self, name: str, part: Part) -> None:
        """Have one more, which keeps itself how it stands."""
        self._parts[name] = [part]

    def __call__(self, **wanted: bool) -> None:
        """Switch from the next run on: ``switches(plot=False)``.

        Raises
        ------
        ConsumerError
            There is no such switch, or it is neither switched on nor off; nothing is changed.
        """
        for name, is_on in wanted.items():
            if name not in self._parts:
                message = f"there is no switch {name}; there are {', '.join(self._parts)}"
                raise ConsumerError(message)
            if not isinstance(is_on, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
                message = f"{name} is switched on by True and off by False, not by {is_on!r:.60}"
                raise ConsumerError(message)
        for name, is_on in wanted.items():
            self._put(name, is_on)
            self._kept[name] = is_on

    def _put(self, name: str, is_on: bool) -> None:
        for part in self._parts.get(name, ()):
            part.is_on = is_on

    def is_on(self, name: str) -> bool:
        """Tell whether all that is behind a name takes the next run."""
        return all(part.is_on for part in self._parts[name])

    def __repr__(self) -> str:
        """Say how each of them stands."""
        return ", ".join(f"{name} {'on' if self.is_on(name) else 'off'}" for name in self._parts)
