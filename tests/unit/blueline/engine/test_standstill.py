"""What holds a plan, and who is told when it goes on."""

from blueline.engine.standstill import PAUSED, Standstill


def test_it_is_said_since_when_and_why():
    standstill = Standstill(now=lambda: 0.0)
    standstill.begin("guard", "suspended", "no beam")
    what, _, rest = standstill.said.partition(" since ")
    assert (what, rest.partition(": ")[2]) == ("suspended", "no beam")


def test_what_two_hold_goes_on_when_both_let_go():
    gone_on = []
    standstill = Standstill(lambda: gone_on.append(True))
    standstill.begin("one", "suspended", "no beam")
    standstill.begin("other", "suspended", "no water")
    standstill.end("one")
    assert (standstill.said.endswith("no water"), gone_on) == (True, [])
    standstill.end("other")
    assert (standstill.said, gone_on) == ("", [True])


def test_a_plan_that_ends_does_not_go_on():
    gone_on = []
    standstill = Standstill(lambda: gone_on.append(True))
    standstill.begin(PAUSED, PAUSED)
    standstill.clear()
    standstill.end(PAUSED)
    assert (standstill.said, gone_on) == ("", [])


def test_who_fails_when_it_is_told_is_not_in_the_way_of_the_plan(caplog):
    def fail():
        raise OSError("the terminal is gone")

    standstill = Standstill(fail)
    standstill.begin(PAUSED, PAUSED)
    standstill.end(PAUSED)
    assert standstill.said == ""
    assert "the terminal is gone" in caplog.text
