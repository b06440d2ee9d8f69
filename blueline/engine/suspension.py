"""An engine that a suspension in the last messages of a plan leaves usable.

bluesky's own (``RunEngine.request_suspend`` and ``_run``) can be told to suspend when the last
message is done, and then never becomes idle again; after ``close_run`` it still holds the messages
of the last point, which it would do again without an open run.
"""

from collections.abc import Callable
from typing import Any

from bluesky import RunEngine
from bluesky.utils import Msg, ensure_generator, single_gen

from blueline.ending import ENDING
from blueline.engine.standstill import PAUSED, Standstill
from planlib.messages import MsgGenerator


class SuspendableRunEngine(RunEngine):
    """A RunEngine that suspends only what goes on, and does nothing of a closed run again."""

    #: Shows a sentence.
    tell: Callable[[str], object]

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - bluesky's
        #: Is told of pauses and suspensions.
        self.standstill = Standstill()
        super().__init__(**kwargs)
        setattr(self, "state_hook", self._note_state)  # noqa: B010 - declared as None for ever

    def _note_state(self, state: object, before: object) -> None:
        if str(state) == "paused":
            self.standstill.begin(PAUSED, PAUSED)
        elif str(before) == "paused" and str(state) == "running":
            self.standstill.end(PAUSED)
        elif str(state) in {*ENDING, "idle"}:
            self.standstill.clear()

    def request_suspend(
        self,
        fut: Any,  # noqa: ANN401 - bluesky's
        *,
        pre_plan: Any = None,  # noqa: ANN401
        post_plan: Any = None,  # noqa: ANN401
        justification: str | None = None,
    ) -> None:
        """Suspend the plan until `fut` is done; see bluesky's. A plan that has ended is left."""
        theirs, reason = super().request_suspend, justification or "asked for"
        key = object()

        def first() -> MsgGenerator:
            try:
                yield from _made(pre_plan)
            except BaseException:  # then there is nothing to wait for, and no `then`
                self.standstill.end(key)
                raise

        def then() -> MsgGenerator:
            try:
                yield from _made(post_plan)
            finally:
                self.standstill.end(key)

        def suspend() -> None:  # in one step of the loop: the plan cannot end meanwhile
            if not self._plan_stack or self.state in ENDING:
                return
            if not self.resumable:
                theirs(fut, pre_plan=pre_plan, post_plan=post_plan, justification=justification)
                return
            self.standstill.begin(key, "suspended", reason)
            begin = Msg("_start_suspender", None, first, then, justification, fut)
            self._plan_stack.append(single_gen(begin))
            self._response_stack.append(None)
            if self.state == "running":
                self._state = "suspending"
                task: Any = self._task
                task.cancel()
            self.tell(f"suspending: {reason}; Ctrl-C twice gives the prompt")

        self.loop.call_soon_threadsafe(suspend)

    async def _close_run(self, msg: Msg) -> Any:  # noqa: ANN401 - a uid
        # a plan that closes its run itself knows nothing of why somebody has ended it
        if self._reason and not msg.kwargs.get("reason"):
            msg = msg._replace(kwargs={**msg.kwargs, "reason": self._reason})
        uid = await super()._close_run(msg)
        if not self._run_bundlers:
            self._reset_checkpoint_state_meth()
        return uid


def _made(plan: Any) -> MsgGenerator:  # noqa: ANN401 - what bluesky takes
    """Give a plan that was given itself, as what makes it, or not at all."""
    made = plan() if callable(plan) else plan
    if made is not None:
        yield from ensure_generator(made)
