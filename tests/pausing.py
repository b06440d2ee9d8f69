"""A pause between any two messages of a plan."""

from bluesky.utils import Msg, RunEngineInterrupted

from planlib.wrapping import wrapped


def paused_at(plan, number, deferred):
    """Pause at the message of a number, counted from 0 from the second checkpoint on."""
    checkpoints, seen = 0, -1

    def around(message):
        nonlocal checkpoints, seen
        checkpoints += message.command == "checkpoint"
        seen += checkpoints > 1
        if seen != number:
            return None
        seen = 1_000_000
        return after_a_pause(message)

    def after_a_pause(message):
        yield Msg("pause", None, defer=deferred)
        return (yield message)

    return wrapped(plan, around)


def resumed(engine, plan):
    """Run a plan and resume it whenever it pauses; say how often it did."""
    try:
        engine(plan)
    except RunEngineInterrupted:
        pauses = 1
        while engine.state == "paused":
            try:
                engine.resume()
            except RunEngineInterrupted:
                pauses += 1
        return pauses
    return 0


def one_pause(*, deferred):
    """Give a hook that pauses when it is called first."""
    pauses = iter([True])

    def pause():
        if next(pauses, False):
            yield Msg("pause", None, defer=deferred)

    return pause
