"""A subscriber of the engine itself cannot end a run, nor change what others get."""

import pytest
from bluesky.plans import count
from ophyd.sim import det

from callbacks.errors import JournalError
from callbacks.guard import Guarded


@pytest.fixture
def notices():
    return []


@pytest.mark.parametrize("at", ["start", "descriptor", "event", "stop"])
@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_run_goes_on_when_a_subscriber_raises(engine, notices, at, error):
    def raises(name, _doc):
        if name == at:
            raise error("broken")

    emitted = []
    engine.subscribe(Guarded(raises, notices.append))
    engine.subscribe(lambda name, _doc: emitted.append(name))
    engine(count([det], 2))
    assert emitted == ["start", "descriptor", "event", "event", "stop"]
    reason = f"{error.__name__}: broken"
    assert notices == [
        f"the callback raises was put aside: it failed (details in the log): {reason}; "
        "it stays away in this session; the journal has everything"
    ]


def test_an_error_that_was_foreseen_needs_no_log(notices):
    def full(_name, _doc):
        raise OSError(28, "no space left")

    Guarded(full, notices.append)("start", {})
    assert notices[0].startswith("the callback full was put aside: OSError: [Errno 28] no space")


def test_it_is_not_called_again(notices):
    calls = []

    def raises(name, _doc):
        calls.append(name)
        raise ValueError

    guarded = Guarded(raises, notices.append)
    guarded("start", {})
    guarded("stop", {})
    assert calls == ["start"]
    assert guarded.failure == "ValueError"


def test_it_has_its_own_copy(notices):
    doc = {"data": {"x": 1.5}}
    Guarded(lambda _name, own: own["data"].clear(), notices.append)("event", doc)
    assert doc == {"data": {"x": 1.5}}


def test_a_journal_that_fails_is_the_one_that_ends_a_run(notices):
    def full(_name, _doc):
        raise JournalError("the disk is full")

    with pytest.raises(JournalError):
        Guarded(full, notices.append)("start", {})
    assert notices == []


def test_a_notice_that_cannot_be_shown_is_not_raised():
    def no_screen(_sentence):
        raise BrokenPipeError

    guarded = Guarded(lambda _name, _doc: 1 / 0, no_screen)
    guarded("start", {})
    assert guarded.failure == "ZeroDivisionError: division by zero"


def test_an_object_is_called_by_its_class(notices):
    class Plot:
        def __call__(self, _name, _doc):
            raise ValueError

    Guarded(Plot(), notices.append)("start", {})
    assert notices[0].startswith("the callback Plot was put aside")
