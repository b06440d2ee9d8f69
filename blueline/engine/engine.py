"""The RunEngine of a session: bluesky's own, with the session behind it."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from bluesky.preprocessors import msg_mutator
from bluesky.utils import (
    Msg,
    TransitionError,  # pyright: ignore[reportPrivateImportUsage]
)

from blueline.ending import ENDING, end_plan
from blueline.engine.holding import Holding
from blueline.engine.quick import QuickRunEngine
from blueline.engine.staying import Answer, left, staying, stays
from callbacks import Guarded, Journal, Recorder
from planlib.checks import require_plan
from planlib.context import COMMAND, SessionContext
from planlib.errors import PlanError
from planlib.messages import MsgGenerator

#: Environment variable: 0 has an engine that was told nothing use bluesky's own messages.
QUICK = "BLUELINE_QUICK"


class NoPlanError(PlanError, TransitionError):
    """A command for a plan that is paused, or under way, where none is."""


class Engine(QuickRunEngine):
    """A RunEngine that answers plans that ask for their session.

    Parameters
    ----------
    context
        Answers the message ``session_context``.
    before_call
        Called before a plan begins; what it raises refuses the plan.
    before_prompt
        Called when a call of the engine ends, however it ends, before it returns.
    quick
        Use our quicker versions of standard messages. None: unless the environment variable
        ``BLUELINE_QUICK`` is 0.
    restore
        After a pause or a suspension, send axes back where the run had put them.
    kwargs
        What bluesky's RunEngine takes.

    Examples
    --------
    >>> from blueline.engine import Engine
    >>> from planlib.context import NoSession
    >>> engine = Engine(NoSession(), quick=False)
    >>> engine.close()
    """

    def __init__(
        self,
        context: SessionContext,
        before_call: Callable[[], object] = lambda: None,
        before_prompt: Callable[[], object] = lambda: None,
        *,
        quick: bool | None = None,
        restore: bool = True,
        **kwargs: Any,  # noqa: ANN401 - bluesky's
    ) -> None:
        is_quick = os.environ.get(QUICK, "1") != "0" if quick is None else quick
        super().__init__(quick=is_quick, tell=context.tell if restore else None, **kwargs)
        self.tell = context.tell
        #: Whether it knows the message ``fetch``.
        self.can_fetch = is_quick
        #: Whether another process has by now what a plan has moved: that is not stopped.
        self.is_others: Callable[[Any], bool] = lambda _: False
        #: Around what Ctrl-C must not interrupt; gives whether it was pressed.
        self.undisturbed: Callable[[], contextlib.AbstractContextManager[Any]]
        self.undisturbed = contextlib.nullcontext
        self._before_call, self._before_prompt = before_call, before_prompt

        async def answer(_message: object) -> SessionContext:
            return context

        self.register_command(COMMAND, answer)
        #: Has plans wait for guards that are bad when they are started.
        self.holding = Holding(context.tell, self.standstill)
        self.preprocessors += [self._not_empty, stays, self.holding]
        for command in self.commands:
            self.register_command(command, self._command_registry[command])

    def register_command(self, name: str, func: Answer) -> None:
        """Have a function do a message; see bluesky's."""
        super().register_command(name, staying(func))

    async def _run(self) -> Any:  # noqa: ANN401 - what the plan returns
        """Do what is to be done; whatever leaves Python then fails, and ends nothing else."""
        self._plan_stack[0] = stays(self._plan_stack[0])  # all of the preprocessors are inside
        self._exit_status = "fail"  # bluesky writes what is true where nothing leaves
        try:
            return await super()._run()
        except SystemExit as error:
            raise left("what was done around the plan", error) from error

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - bluesky's
        """Run a plan; see bluesky's RunEngine.

        Raises
        ------
        PlanError
            What was given is no plan; nothing has begun.
        """
        if args:
            require_plan(args[0])
        if any(isinstance(each, Generator) for each in args[1:2]):
            message = "the engine takes one plan: run several with sequence(ascan(...), ascan(...))"
            raise PlanError(message)
        try:
            self._before_call()
        except BaseException:
            _let_go(args[:1])
            raise
        with self._then_prompt():
            return super().__call__(*args, **kwargs)

    def resume(self) -> Any:  # noqa: ANN401 - bluesky's
        """Go on with a plan that is paused; see bluesky's, as for the next three.

        Raises
        ------
        NoPlanError
            No plan is paused; the next three raise it where none is under way.
        """
        if self.state != "paused":
            message = f"no plan is paused that could go on: the engine is {self.state}"
            raise NoPlanError(message)
        with self._then_prompt():
            return super().resume()

    def stop(self) -> Any:  # noqa: ANN401
        """End the plan as a success."""
        return self._ended(super().stop)

    def abort(self, reason: str = "") -> Any:  # noqa: ANN401
        """End the plan as aborted."""
        return self._ended(super().abort, reason)

    def halt(self) -> Any:  # noqa: ANN401
        """End the plan without its clean-up."""
        return self._ended(super().halt)

    def _ended(self, call: Callable[..., Any], *args: str) -> Any:  # noqa: ANN401
        if self.state == "idle":
            message = "no plan is under way that could be ended: the engine is idle"
            raise NoPlanError(message)
        with self.undisturbed():
            try:
                return call(*args)
            finally:
                self._wake()
                self._before_prompt()

    def _wake(self) -> None:
        """Let a plan go to its clean-up that came to its pause just when it was told to end (K5).

        bluesky looks whether a plan is paused before it tells it: this one would wait for ever.
        """
        permit = self._run_permit
        if self.state in ENDING and permit is not None and not permit.is_set():
            self.loop.call_soon_threadsafe(permit.set)

    @contextlib.contextmanager
    def _then_prompt(self) -> Iterator[None]:
        """Have the prompt come when all is told, also to who presses Ctrl-C meanwhile."""
        try:
            yield
        except BaseException:
            with self.undisturbed():
                self._before_prompt()
            raise
        with self.undisturbed() as pressed:
            self._before_prompt()
        if pressed:
            raise KeyboardInterrupt

    async def _stop_movable_objects(self, *, success: bool = True) -> None:
        """Stop what the plan has moved, but not the moves of who has taken it away (BL-25)."""
        touched = self._movable_objs_touched
        touched -= {device for device in touched if self.is_others(device)}
        await super()._stop_movable_objects(success=success)

    def subscribe(self, func: Any, name: str = "all") -> int:  # noqa: ANN401 - bluesky's
        """Call a function with the documents; where it raises it is left out, and people are told.

        The run goes on (C1). It gets copies of the documents, so that others get them as they are.
        """
        is_ours = isinstance(func, Recorder | Journal | Guarded)
        return super().subscribe(func if is_ours else Guarded(func, self.tell), name)

    def _not_empty(self, plan: MsgGenerator) -> MsgGenerator:
        """Tell of a plan that does nothing, which bluesky calls a success (U6)."""
        seen: set[bool] = set()

        def note(message: Msg) -> Msg:
            seen.add(True)
            return message

        result = yield from msg_mutator(plan, note)
        if not seen:
            self.tell("the plan had no messages and has done nothing: was `yield from` forgotten?")
        return result

    @property
    def readings(self) -> dict[str, Any]:
        """What has been read for the event that is being made, by field."""
        return {} if self.at_work is None else self.at_work.readings

    @property
    def touched(self) -> tuple[Any, ...]:
        """What the plan has set so far."""
        return tuple(self._movable_objs_touched)

    @property
    def is_closed(self) -> bool:
        """Whether `close` has ended it."""
        return self.loop.is_closed()

    def close(self, deadline: float = 5.0) -> None:
        """Abort what runs, then end the event loop and its thread; may be repeated."""
        if self.is_closed:
            return
        end_plan(self, "the session was closed")
        self.end_thread(deadline)
        if not self.loop.is_running():
            self.loop.close()


def _let_go(plans: Iterable[object]) -> None:
    """Close plans that will not run: bluesky warns of those that nobody has iterated."""
    for plan in plans:
        close = getattr(plan, "close", None)
        if callable(close):
            close()
