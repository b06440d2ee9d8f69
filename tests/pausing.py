"""A pause between any two messages of a plan."""

from bluesky.utils import Msg, RunEngineInterrupted


def paused_at(plan, number, deferred):
    """Pause at the message of a number, counted from 0 from the second checkpoint on."""
    checkpoints = 0
    seen = -1
    answer, error = None, None
    while True:
        try:
            message = plan.send(answer) if error is None else plan.throw(error)
        except StopIteration as end:
            return end.value
        answer, error = None, None
        checkpoints += message.command == "checkpoint"
        seen += checkpoints > 1
        try:
            if seen == number:
                seen = 1_000_000
                yield Msg("pause", None, defer=deferred)
            answer = yield message
        except GeneratorExit:
            plan.close()
            raise
        except Exception as caught:
            error = caught


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
