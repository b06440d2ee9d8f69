"""A plan without an engine: its messages are answered, and what they would do is written down."""

import contextlib
import inspect
import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
from bluesky.utils import Msg, ensure_generator

from planlib.dryrun.answers import Answers
from planlib.dryrun.counting import count_seconds, prepared_seconds, time_signals
from planlib.dryrun.forecast import Forecast
from planlib.dryrun.overhead import kind_of
from planlib.dryrun.rehearsed_session import RehearsedSession
from planlib.dryrun.volume import EVENT_BYTES, NUMBER_BYTES, axis_bytes, device_bytes
from planlib.reach.positions import Floats
from planlib.stepping.count_times import is_counting
from planlib.stepping.scan import StepScan
from planlib.trajectories.trajectory import require_points

#: Messages that are looked at before a plan is given up as endless, and seconds.
MOST_MESSAGES, PATIENCE = 1_000_000, 10.0
_ROUND = 256
#: Targets that are no numbers, such as those of whole pseudo positioners, which are asked for.
_MOST_TUPLES = 1000


@dataclass
class Run:
    """One run of a plan, as far as it was looked at."""

    metadata: Mapping[str, Any]
    first_step: int
    points: int = 0
    size: int = 0
    counting: float = 0.0
    waiting: float = 0.0
    forecast: Forecast | None = None
    is_closed: bool = False
    #: Its devices make points by themselves, such as those that fly: how many is not foretold.
    makes_its_own: bool = False

    @property
    def kind(self) -> str:
        """Scans that cost alike are of one kind."""
        about = self.metadata
        plan = str(about.get("plan_name", "plan"))
        axes = [str(name) for name in about.get("motors") or ()]
        return kind_of(plan, axes, len(about.get("detectors") or ()))

    @property
    def announced_points(self) -> int | None:
        """How many points it will have, where its start document says so."""
        number = self.metadata.get("num_points")
        return number if isinstance(number, int) else None


@dataclass
class Path:
    """Where an axis is sent: positions, the step in which each is, and which of all sets it is."""

    positions: list[float] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)

    @property
    def targets(self) -> Floats:
        """The positions as an array."""
        return np.asarray(self.positions, float)


class Rehearsal:
    """Runs through a plan and writes down what it would do.

    A step is what is waited for together: the slowest axis of it counts. Step 0 is for moves whose
    time is known otherwise. Step scans of ours tell all about themselves by their forecast, and end
    there, so that no hook of theirs is called for nothing.

    Parameters
    ----------
    session
        What the plan is given for its session.

    Attributes
    ----------
    paths
        Where each axis is sent.
    runs
        In the order in which they were opened.
    problems
        What would be refused, or go wrong.
    messages
        How many were looked at.
    is_complete
        Whether the plan came to its end.
    is_endless
        Whether it holds a scan that goes on until somebody stops it.
    """

    def __init__(self, session: RehearsedSession) -> None:
        session.expected_by = self._take
        self._answers = Answers(session)  # pyright: ignore[reportArgumentType] - it delegates
        self.paths: dict[Any, Path] = {}
        self.runs: list[Run] = []
        self.problems: list[str] = []
        self.unknown_size: set[str] = set()
        self.messages = 0
        self.is_complete = self.is_endless = False
        self.waiting = 0.0
        self._steps: dict[Any, int] = {}
        self._step = itertools.count(1)
        self._order = itertools.count()
        self._counting: dict[Any, float] = {}
        self._event: dict[str, Any] = {}
        self._stream = ""
        self._told: dict[Any, float | None] = {}
        self._sizes: dict[int, int] = {}
        self._counts: dict[int, float] = {}
        self._asked: set[Any] = set()
        self._handlers = {
            "set": self._set,
            "trigger": self._trigger,
            "prepare": self._prepare,
            "wait": self._wait,
            "sleep": self._sleep,
            "create": self._create,
            "read": self._read,
            "save": self._save,
            "drop": self._drop,
            "collect": self._collect,
            "monitor": self._collect,
            "open_run": self._open,
            "close_run": self._close,
        }

    def run(self, plan: Iterable[Msg], most: int = MOST_MESSAGES) -> None:
        """Run through a plan, for so many messages at the most.

        Raises
        ------
        Exception
            What the plan raises.
        """
        running = ensure_generator(plan)
        ends = time.monotonic() + PATIENCE
        handlers, answers = self._handlers, self._answers
        answer: Any = None
        try:
            while self.messages < most:
                message = running.send(answer)
                self.messages += 1
                handler = handlers.get(message.command)
                if handler is not None:
                    handler(message)
                answer = answers(message)
                if self.messages % _ROUND == 0 and time.monotonic() > ends:
                    break
        except StopIteration:
            self.is_complete = True
        finally:
            with contextlib.suppress(RuntimeError):  # a plan that cleans up with messages
                running.close()

    @property
    def points(self) -> int:
        """Points of all runs, those included that were announced and not looked at."""
        return sum(self._points_of(run) for run in self.runs)

    def scale_of(self, run: Run) -> float:
        """Give how often what was looked at of a run is in the whole of it."""
        if run.forecast is not None or run.is_closed or not run.points:
            return 1.0
        return max(1.0, (run.announced_points or 0) / run.points)

    def _points_of(self, run: Run) -> int:
        if run.is_closed or self.is_complete:
            return run.points
        return max(run.points, run.announced_points or 0)

    def count_of(self, counter: Any) -> float:  # noqa: ANN401 - any detector
        """Give the seconds that a detector counts as the plan has set it up; 0 if not known."""
        key = id(counter)
        if key not in self._counts:
            seconds = self._told.get(counter, count_seconds(counter))
            for signal in time_signals(counter):
                seconds = self._told.get(signal, seconds)
            self._counts[key] = seconds or 0.0
        return self._counts[key]

    # --- what messages do

    def _set(self, message: Msg) -> None:
        device, target = message.obj, (message.args or (None,))[0]
        group = message.kwargs.get("group")
        if isinstance(target, bool) or not isinstance(target, Real):
            self._set_other(device, target)
            return
        if not is_axis(device):
            self._told[device] = float(target)
            self._counts.clear()
            self._set_other(device, target)
            return
        path = self.paths.get(device)
        if path is None:
            path = self.paths[device] = Path()
        path.positions.append(float(target))
        path.steps.append(self._step_of(group))
        path.orders.append(next(self._order))

    def _set_other(self, device: Any, target: Any) -> None:  # noqa: ANN401
        """Ask a device that is no axis whether it takes a value."""
        check = getattr(device, "check_value", None)
        asked = (id(device), repr(target))
        if check is None or asked in self._asked or len(self._asked) >= _MOST_TUPLES:
            return
        self._asked.add(asked)
        try:
            answer = check(target)
            if inspect.iscoroutine(answer):
                answer.close()
        except Exception as error:  # whatever a device of any framework raises
            self.problems.append(str(error) or f"{device.name} does not take {target!r}")

    def _step_of(self, group: object) -> int:
        if group not in self._steps:
            self._steps[group] = next(self._step)
        return self._steps[group]

    def _trigger(self, message: Msg) -> None:
        group = message.kwargs.get("group")
        seconds = self.count_of(message.obj)
        self._counting[group] = max(seconds, self._counting.get(group, 0.0))

    def _prepare(self, message: Msg) -> None:
        if message.args:
            self._told[message.obj] = prepared_seconds(message.args[0])
            self._counts.clear()

    def _wait(self, message: Msg) -> None:
        group = message.args[0] if message.args else message.kwargs.get("group")
        self._steps.pop(group, None)
        seconds = self._counting.pop(group, 0.0)
        if self.runs:
            self.runs[-1].counting += seconds

    def _sleep(self, message: Msg) -> None:
        seconds = float(message.args[0])
        if self.runs:
            self.runs[-1].waiting += seconds
        else:
            self.waiting += seconds

    def _create(self, message: Msg) -> None:
        self._stream = message.kwargs.get("name") or (message.args or ("primary",))[0]
        self._event.clear()

    def _drop(self, _: Msg) -> None:
        self._event.clear()

    def _read(self, message: Msg) -> None:
        device = message.obj
        other = self._event.setdefault(device.name, device)
        if other is not device:
            self._complain(f"two devices are called {device.name}: a point can hold one of them")

    def _save(self, _: Msg) -> None:
        if not self.runs:
            return
        run = self.runs[-1]
        run.size += EVENT_BYTES + sum(map(self._size_of, self._event.values()))
        if self._stream == "primary":
            run.points += 1
        self._event.clear()

    def _collect(self, _: Msg) -> None:
        if self.runs:
            self.runs[-1].makes_its_own = True

    def _size_of(self, device: Any) -> int:  # noqa: ANN401
        key = id(device)
        if key not in self._sizes:
            size = axis_bytes(device) if device in self.paths else device_bytes(device)
            if size is None and is_counting(device):
                self.unknown_size.add(device.name)
            self._sizes[key] = NUMBER_BYTES if size is None else size
        return self._sizes[key]

    def _open(self, message: Msg) -> None:
        run = Run(message.kwargs, next(self._step))
        self.runs.append(run)
        require_points(run.announced_points or 0)
        for role in ("motors", "detectors"):
            names = [str(name) for name in run.metadata.get(role) or ()]
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                self._complain(f"{', '.join(twice)} is given twice; a device can be in a scan once")
        both = set(run.metadata.get("motors") or ()) & set(run.metadata.get("detectors") or ())
        if both:
            self._complain(f"{', '.join(sorted(both))} is scanned and counted; leave one of them")
        if run.metadata.get("detectors") == []:
            self._complain("the list of detectors is empty: name what is to be counted")

    def _close(self, _: Msg) -> None:
        if self.runs:
            self.runs[-1].is_closed = True

    def _take(self, forecast: Forecast, scan: StepScan) -> None:
        """Write down a step scan that has told all about itself."""
        self.runs.append(
            Run(
                scan.metadata,
                next(self._step),
                points=forecast.points or 0,
                size=forecast.size or 0,
                forecast=forecast,
                is_closed=True,
            )
        )
        self.is_endless = self.is_endless or forecast.points is None
        for column, axis in enumerate(scan.axes):
            path = self.paths.setdefault(axis, Path())
            path.positions += scan.trajectory.positions[:, column].tolist()
            path.steps += [0] * len(scan.trajectory)
        for _ in range(len(scan.trajectory)):
            for axis in scan.axes:
                self.paths[axis].orders.append(next(self._order))

    def _complain(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)


def is_axis(device: object) -> bool:
    """Tell whether something has positions rather than values."""
    return any(hasattr(device, name) for name in ("check_values", "position", "locate"))
