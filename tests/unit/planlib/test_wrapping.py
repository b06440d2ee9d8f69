"""A wrapped plan is the plan: whatever it does, and whatever is done to it."""

import pytest
from bluesky.plan_stubs import null
from bluesky.utils import Msg
from hypothesis import example, given
from hypothesis import strategies as st

from planlib.wrapping import wrapped

ERRORS = {each.__name__: each for each in (ValueError, KeyboardInterrupt)}
CAUGHT = {**ERRORS, "Exception": Exception, "GeneratorExit": GeneratorExit}

#: What a plan does, step after step.
STEPS = st.recursive(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 9)),
        st.tuples(st.just("raise"), st.sampled_from(sorted(ERRORS))),
        st.tuples(st.just("return"), st.integers(0, 9)),
    ),
    lambda inner: st.tuples(
        st.just("try"),
        st.lists(inner, max_size=3),
        st.none() | st.sampled_from(sorted(CAUGHT)),
        st.lists(inner, max_size=2),
        st.lists(inner, max_size=2),
    ),
    max_leaves=12,
)
PLANS = st.lists(STEPS, max_size=5)
#: What an engine does to it.
DEEDS = st.lists(
    st.tuples(st.just("answer"), st.integers(0, 9))
    | st.tuples(st.just("throw"), st.sampled_from(sorted(ERRORS)))
    | st.just(("close", None)),
    max_size=8,
)


class Log(list):
    """What a plan has heard; once it is being closed it may ask nothing more."""

    is_closing = False


class Returned(BaseException):
    """Takes a return value out of nested steps."""


def planned(steps, log):
    """A plan that does these steps, and writes down what it hears."""
    try:
        yield from done(steps, log)
    except Returned as value:
        return value.args[0]
    finally:
        log.append("over")
    return None


def done(steps, log):
    for what, *step in steps:
        if what == "ask":
            if not log.is_closing:
                log.append((yield Msg("null", step[0])))
        elif what == "raise":
            raise ERRORS[step[0]]
        elif what == "return":
            raise Returned(step[0])
        else:
            yield from tried(*step, log)


def tried(body, caught, handler, final, log):
    try:
        try:
            yield from done(body, log)
        except GeneratorExit:
            log.is_closing = True
            raise
    except CAUGHT.get(caught, ()) as error:
        log.append(type(error).__name__)
        yield from done(handler, log)
    finally:
        yield from done(final, log)


def driven(wrap, steps, deeds):
    """What is seen of a plan from outside and from inside."""
    log, seen = Log(), []
    plan = wrap(planned(steps, log))
    for deed, what in [("answer", None), *deeds, ("close", None)]:
        seen.append(seen_of(plan, deed, what))
    return seen, log


def seen_of(plan, deed, what):
    try:
        if deed == "close":
            return plan.close()
        return plan.send(what) if deed == "answer" else plan.throw(ERRORS[what]())
    except StopIteration as end:
        return "ended", end.value
    except BaseException as error:
        return type(error).__name__, str(error)


def through(plan):
    return (yield from plan)


def asked(message):
    return (yield message)


@pytest.mark.parametrize(
    "wrap",
    [wrapped, lambda plan: wrapped(plan, asked), lambda plan: wrapped(wrapped(plan), asked)],
    ids=["as it is", "around", "twice"],
)
@example(
    steps=[("try", [("ask", 0)], "KeyboardInterrupt", [("ask", 1)], [])],
    deeds=[("throw", "KeyboardInterrupt")],
)
@given(steps=PLANS, deeds=DEEDS)
def test_it_does_what_yield_from_does(wrap, steps, deeds):
    assert driven(wrap, steps, deeds) == driven(through, steps, deeds)


@given(steps=PLANS, deeds=DEEDS)
def test_a_plan_that_has_begun_goes_on_as_if_it_had_not(steps, deeds):
    def begun(plan):
        return wrapped(plan, begun=next(plan))

    steps = [("ask", 0), *steps]
    assert driven(begun, steps, deeds) == driven(through, steps, deeds)


def test_an_error_around_a_message_is_raised_in_the_plan_in_its_place():
    def refusing(message):
        if message.command == "set":
            raise ValueError("not here")

    def careful():
        try:
            yield Msg("set")
        except ValueError as error:
            yield Msg(str(error))

    assert [message.command for message in wrapped(careful(), refusing)] == ["not here"]


def test_what_is_done_around_a_message_gives_its_answer():
    answers = []

    def plan():
        answers.append((yield Msg("null")))

    def around(message):
        yield Msg("before")
        yield message
        yield Msg("after")
        return "ours"

    assert [each.command for each in wrapped(plan(), around)] == ["before", "null", "after"]
    assert answers == ["ours"]


def test_what_is_under_way_around_a_message_is_closed_before_the_plan():
    closed = []

    def noting(what, message):
        try:
            yield message
        finally:
            closed.append(what)

    message = Msg("null")
    plan = wrapped(noting("plan", message), lambda message: noting("around", message))
    assert next(plan) is message
    plan.close()
    assert closed == ["around", "plan"]


def test_messages_in_a_list_are_a_plan():
    assert [message.command for message in wrapped([*null(), *null()])] == ["null", "null"]
