"""What an engine would answer to a plan's messages, without touching anything.

Axes are where the plan has sent them, or where they are. Detectors have measured zeros. Whatever is
asked of a device is asked once.
"""

import inspect
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from bluesky import RunEngine
from bluesky.protocols import Triggerable
from bluesky.utils import Msg

from planlib.context import COMMAND, SessionContext
from planlib.reach.asynchronous import awaited
from planlib.setpoints import setpoint_key


class Done:
    """A status that has ended well."""

    done = success = True

    def add_callback(self, callback: Callable[["Done"], object]) -> None:
        """Call it at once."""
        callback(self)

    def exception(self, timeout: float | None = 0.0) -> None:
        """Give none."""

    def wait(self, timeout: float | None = None) -> None:
        """Go on at once."""


_DONE = Done()


class Answers:
    """Answers messages as an engine does.

    Parameters
    ----------
    session
        Given to plans that ask for it.
    """

    def __init__(self, session: SessionContext) -> None:
        self.session = session
        self._at: dict[Any, Any] = {}
        self._readings: dict[Any, dict[str, Any]] = {}
        self._tokens = 0
        self._table: dict[str, Callable[[Msg], Any]] = {
            COMMAND: lambda _: self.session,
            "locate": self._locate,
            "read": lambda message: self._read(message.obj),
            "set": self._set,
            "subscribe": self._subscribe,
            "open_run": lambda _: str(uuid.uuid4()),
            "close_run": lambda _: str(uuid.uuid4()),
            "wait": lambda _: True,
            "stage": lambda message: [message.obj],
            "unstage": lambda message: [message.obj],
            "configure": lambda _: ({}, {}),
            "collect": lambda _: [],
            "wait_for": lambda _: [],
            "input": lambda _: "",
            "RE_class": lambda _: RunEngine,
        }
        for command in ("trigger", "prepare", "kickoff", "complete"):
            self._table[command] = lambda _: _DONE

    def __call__(self, message: Msg) -> Any:  # noqa: ANN401 - whatever belongs to the message
        """Answer a message; None where an engine gives nothing."""
        answer = self._table.get(message.command)
        return None if answer is None else answer(message)

    def _set(self, message: Msg) -> Done:
        if message.args:
            self._at[message.obj] = message.args[0]
        return _DONE

    def _subscribe(self, _: Msg) -> int:
        self._tokens += 1
        return self._tokens

    def _locate(self, message: Msg) -> Any:  # noqa: ANN401 - one location, or a list of them
        devices = [message.obj, *message.args]
        found = [self._location(device) for device in devices]
        return found[0] if len(found) == 1 and message.kwargs.get("squeeze", True) else found

    def _location(self, device: Any) -> Mapping[str, Any]:  # noqa: ANN401
        if device in self._at:
            return {"setpoint": self._at[device], "readback": self._at[device]}
        try:
            location = _now(device.locate())
            if location is not None:
                return location
        except Exception:  # whatever its framework raises
            location = None
        position = getattr(device, "position", 0.0)
        return {"setpoint": position, "readback": position}

    def _read(self, device: Any) -> dict[str, Any]:  # noqa: ANN401
        if device not in self._readings:
            self._readings[device] = _reading(device)
        reading = self._readings[device]
        target = self._at.get(device)
        if target is None or device.name not in reading:
            return reading
        there = {"value": target, "timestamp": time.time()}
        setpoint = setpoint_key(device.name, reading)
        return reading | {device.name: there} | ({setpoint: there} if setpoint else {})


def _now(answer: Any) -> Any:  # noqa: ANN401 - what the device gives
    """Give what a device answers, also where it has to be waited for."""
    return awaited(answer) if inspect.iscoroutine(answer) else answer


def _is_counting(device: object) -> bool:
    return isinstance(device, Triggerable) and not hasattr(device, "position")


def _reading(device: Any) -> dict[str, Any]:  # noqa: ANN401
    """Give the reading of a device: what it knows, or zeros where it would have to count."""
    try:
        if not _is_counting(device):
            return dict(_now(device.read()) or {})
        described = _now(device.describe()) or {}
        return {name: _zero(key) for name, key in described.items()}
    except Exception:  # a device of any framework, which may not be connected
        return {}


def _zero(key: Mapping[str, Any]) -> dict[str, Any]:
    value: Any = "" if key.get("dtype") == "string" else 0.0
    if "external" not in key and key.get("shape"):
        value = np.zeros([each for each in key["shape"] if each])
    return {"value": value, "timestamp": time.time()}
