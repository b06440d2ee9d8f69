"""What must happen before and after a motion: air pads, brakes, safety interlocks (BL-59)."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from devices.errors import DeviceError, MoveError
from devices.status import DeadlineStatus

#: Seconds that all hooks of a motion may take together before it, and again after it.
HOOK_DEADLINE = 30.0


@dataclass(frozen=True)
class AskedMotion:
    """A motion that is about to begin, or has ended.

    Parameters
    ----------
    axis
        What moves: a real axis.
    target
        In user units; None for a jog or a search.
    """

    axis: Any
    target: float | None


class MotionHook:
    """Act around every motion of the axes it is given to, also around those typed at the prompt.

    Override what is needed; methods run in a thread and may wait, those before a motion and those
    after it for `HOOK_DEADLINE` seconds each. Once `pre_move` has begun, `post_move` runs, however
    the motion ends. A `pre_move` that raises forbids the motions it was given. Several axes may
    share a hook: it is told of those that begin while others are under way, and `post_move` comes
    once, when the last of them has ended.

    Derived axes have no hooks: those of their real axes act. They are then told of all these axes
    together, and one that forbids its motion keeps all of them from moving.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import MotionHook, SoftAxis
    >>> table = SimpleNamespace(x=0.0, pads="off")
    >>> class AirPads(MotionHook):
    ...     def pre_move(self, motions):
    ...         table.pads = "on"
    ...
    ...     def post_move(self, motions):
    ...         table.pads = f"off after {[each.target for each in motions]}"
    >>> x = SoftAxis(table, "x", name="x", hooks=[AirPads()])
    >>> x.set(3).wait(10)
    >>> table.pads
    'off after [3.0]'
    """

    #: Whether any has ever been made: else nobody needs to look for them.
    are_any: ClassVar[bool] = False

    def __new__(cls, *_: object, **__: object) -> Self:
        """Take note that there is one."""
        MotionHook.are_any = True
        return super().__new__(cls)

    def init(self) -> None:
        """Prepare, once, before anything else is asked of it."""

    def pre_move(self, motions: Sequence[AskedMotion]) -> None:
        """Prepare for motions that are about to begin."""

    def post_move(self, motions: Sequence[AskedMotion]) -> None:
        """Clean up after all motions since none was under way."""

    def pre_scan(self, axes: Sequence[Any]) -> None:
        """Prepare for a scan of these axes of its own; to raise refuses the scan."""

    def post_scan(self, axes: Sequence[Any]) -> None:
        """Clean up after a scan, however it has ended."""

    @property
    def turns(self) -> "Turns":
        """When it is called: for those who move axes."""
        return self.__dict__.setdefault("_turns", Turns(self))


class Turns:
    """Call a hook, one call at a time, around motions that may overlap.

    Parameters
    ----------
    hook
        What is called.
    """

    def __init__(self, hook: MotionHook) -> None:
        self._hook = hook
        self._turn = threading.RLock()
        self._is_ready = False
        self._told: list[AskedMotion] = []
        self._under_way = 0

    def make_ready(self) -> None:
        """Have it prepare, if it has not yet."""
        with self._turn:
            if not self._is_ready:
                self._hook.init()
                self._is_ready = True

    def before(self, motions: Sequence[AskedMotion]) -> None:
        """Tell of motions; `after` must follow, also where this raises."""
        with self._turn:
            self._told += motions
            self._under_way += len(motions)
            self._hook.pre_move(motions)

    def after(self, motions: Sequence[AskedMotion]) -> None:
        """Tell of the end of motions, together with others, where it was the last."""
        with self._turn:
            self._under_way -= len(motions)
            if not self._under_way:
                ended, self._told = self._told, []
                self._hook.post_move(ended)

    def before_scan(self, axes: Sequence[Any]) -> None:
        """Tell of a scan of these axes."""
        with self._turn:
            self._hook.pre_scan(axes)

    def after_scan(self, axes: Sequence[Any]) -> None:
        """Tell of the end of a scan."""
        with self._turn:
            self._hook.post_scan(axes)


class HookedMotion:
    """One motion, or several together, with the hooks of their axes.

    Parameters
    ----------
    motions
        What is asked for, with the hooks of each.
    inner
        The status of the motion itself; where a hook forbids that, this fails by it.
    start
        Begins the motion.

    Attributes
    ----------
    status
        Ends when the last hook has come back.
    """

    def __init__(
        self,
        motions: Mapping[AskedMotion, Sequence[MotionHook]],
        inner: DeadlineStatus,
        start: Callable[[], None],
    ) -> None:
        hooks = {id(hook): hook for each in motions.values() for hook in each}
        self._by_hook = [
            (hook, [motion for motion, theirs in motions.items() if _has(theirs, hook)])
            for hook in hooks.values()
        ]
        self._inner, self._start = inner, start
        self._names = ", ".join(dict.fromkeys(str(motion.axis.name) for motion in motions))
        self.status = DeadlineStatus(inner.what, inner.deadline + 3 * HOOK_DEADLINE)

    def begin(self) -> DeadlineStatus:
        """Begin in a thread; give the status."""
        threading.Thread(target=self._run, name=f"hooks of {self._names}", daemon=True).start()
        return self.status

    def _run(self) -> None:
        begun: list[tuple[MotionHook, list[AskedMotion]]] = []
        errors: list[Exception] = []
        try:
            with self._in_time():
                for hook, motions in self._by_hook:
                    hook.turns.make_ready()
                    begun.append((hook, motions))
                    hook.turns.before(motions)
            if not self._inner.done:
                self._start()
            self._inner.wait(self._inner.deadline + HOOK_DEADLINE)
        except Exception as error:  # of whatever kind a hook raises, the others follow
            errors.append(self._as_device_error("before", error))
            self._inner.fail(errors[0])
        with self._in_time():
            for hook, motions in reversed(begun):
                try:
                    hook.turns.after(motions)
                except Exception as error:
                    errors.append(self._as_device_error("after", error))
        self.status.fail(errors[0]) if errors else self.status.finish()

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[None]:
        """Fail where what is done inside takes too long; what waits for it never begins."""
        hooks = DeadlineStatus(self._inner.what, HOOK_DEADLINE, self._late)
        hooks.add_callback(self._fail_like)
        try:
            yield
        finally:
            hooks.finish()

    def _fail_like(self, hooks: DeadlineStatus) -> None:
        error = hooks.exception()
        if error is not None:
            self._inner.fail(error)
            self.status.fail(error)

    def _as_device_error(self, when: str, error: Exception) -> Exception:
        if isinstance(error, DeviceError):
            return error
        told = f"what must happen {when} it did not: {error or type(error).__name__}"
        return MoveError(f"{self._inner.what} failed: {told}")

    def _late(self) -> str:
        return f"a hook of {self._names} has not come back"


def _has(hooks: Sequence[MotionHook], hook: MotionHook) -> bool:
    return any(each is hook for each in hooks)
