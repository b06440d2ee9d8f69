"""One loop around a plan, for all that look at its messages or do something around them."""

from collections.abc import Callable
from typing import TypeAlias

from bluesky.utils import Msg, ensure_generator

from planlib.messages import MsgGenerator

#: Given a message, gives what is done in its place, whose return value is the plan's answer; None
#: sends the message itself. What it raises is raised in the plan, at that message.
Around: TypeAlias = Callable[[Msg], MsgGenerator | None]


def as_it_is(_: Msg) -> None:
    """Send a message itself."""


def wrapped(
    plan: MsgGenerator, around: Around = as_it_is, *, begun: Msg | None = None
) -> MsgGenerator:
    """Run a plan with something around each of its messages; else as ``yield from`` does.

    bluesky's ``plan_mutator`` keeps every message until the plan ends, 5 kB per point of a scan;
    its ``msg_mutator`` hears no answers.

    Parameters
    ----------
    plan
        Any plan; its errors and its return value are those of this one.
    around
        Is asked about each message.
    begun
        The message that the plan has given already, whose answer it waits for.

    Examples
    --------
    >>> from bluesky.plan_stubs import null
    >>> [message.command for message in wrapped(null())]
    ['null']
    """
    plan = ensure_generator(plan)
    try:
        message = plan.send(None) if begun is None else begun
        while True:
            try:
                inside = around(message)
                answer = (yield message) if inside is None else (yield from inside)
            except GeneratorExit:
                plan.close()
                raise
            except BaseException as error:  # it is the plan's to deal with
                thrown = error
            else:
                message = plan.send(answer)
                continue
            message = plan.throw(thrown)
    except StopIteration as end:
        return end.value
