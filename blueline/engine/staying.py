"""Nothing that a plan does makes the engine's thread leave Python: it would be waited for for ever.

``sys.exit`` raises what is no ``Exception``, which bluesky does not hold back: of a plan, of what
is around it, and of a device. It is an error like others here.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from bluesky.utils import Msg

from planlib.errors import PlanError
from planlib.messages import MsgGenerator

#: What does a message.
Answer = Callable[[Msg], Awaitable[Any]]


def left(who: str, error: SystemExit) -> PlanError:
    """Give what stands in the place of an exit.

    Examples
    --------
    >>> print(left("the plan", SystemExit("the mirror is out")))
    the plan left by sys.exit: the mirror is out; a plan ends by return, or by raising an error
    """
    why = "" if error.code is None else f": {error.code}"
    return PlanError(f"{who} left by sys.exit{why}; a plan ends by return, or by raising an error")


def stays(plan: MsgGenerator) -> MsgGenerator:
    """Have a plan that would leave Python fail.

    Raises
    ------
    PlanError
        In place of the plan's SystemExit, such as that of ``sys.exit``.
    """
    try:
        return (yield from plan)
    except SystemExit as error:
        raise left("the plan", error) from error


def staying(answer: Answer) -> Answer:
    """Have a message that would leave Python fail, so that the plan hears of it and cleans up."""
    if getattr(answer, "stays", False):
        return answer

    @functools.wraps(answer)
    async def done(message: Msg) -> Any:  # noqa: ANN401 - whatever it answers
        try:
            return await answer(message)
        except SystemExit as error:
            name = getattr(message.obj, "name", "")
            raise left(f"{message.command} {name}".rstrip(), error) from error

    setattr(done, "stays", True)  # noqa: B010 - functions have no such attribute
    return done
