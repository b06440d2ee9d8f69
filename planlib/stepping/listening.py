"""Listening to the messages of a plan, and to their answers, without changing them."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bluesky.utils import Msg

from planlib.messages import MsgGenerator

#: Given a message before it is sent; an error that it gives is thrown into the plan instead.
Asked: TypeAlias = Callable[[Msg], Exception | None]
#: Given a message, and its answer; called after errors as well, with None.
Answered: TypeAlias = Callable[[Msg, Any], object]


def _silent(*_: object) -> None:
    """Do nothing."""


def listened(
    plan: MsgGenerator, asked: Asked = _silent, answered: Answered = _silent
) -> MsgGenerator:
    """Run a plan and hear what it asks and what it is answered.

    Parameters
    ----------
    plan
        Its messages, answers, errors and return value pass through.
    asked
        Hears each message before it is sent.
    answered
        Hears each message with its answer.
    """
    answer, error = None, None
    while True:
        try:
            message = plan.send(answer) if error is None else plan.throw(error)
        except StopIteration as end:
            return end.value
        answer, error = None, asked(message)
        if error is not None:
            continue
        try:
            answer = yield message
        except GeneratorExit:
            plan.close()
            raise
        except Exception as caught:  # it is the plan's to deal with
            error = caught
        answered(message, answer)
