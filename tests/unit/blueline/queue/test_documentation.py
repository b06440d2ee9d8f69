"""What docstrings say in forms."""

import bluesky.plans
import pytest

import planlib
from blueline.queue.documentation import documented


def test_the_summary_has_no_markup_and_no_rows_of_requirements():
    assert (
        documented(planlib.ascan).summary
        == ("Scan one motor over absolute positions; it stays at the end")
        + documented(planlib.ascan).summary[-1:]
    )
    assert "`" not in documented(planlib.lineup).summary


@pytest.mark.parametrize("name", ["motor1", "motor2", "motor4", "start3", "stop5"])
def test_what_is_said_of_several_parameters_is_said_of_each(name):
    assert documented(planlib.a5scan).of(name)


def test_what_is_said_elsewhere_is_looked_up():
    said = documented(planlib.align)
    assert said.of("intervals") == "Number of steps; there is one point more."
    assert documented(planlib.adaptive).of("min_step") == "Above zero."


def test_bluesky_s_docstrings_are_read():
    assert documented(bluesky.plans.scan).of("args").startswith("For one dimension")


def broken():
    """Say something.

    Parameters
    ----------
    x
        One.

    Parameters
    ----------
    x
        Two.
    """


def google(x):
    """Do it.

    Args:
        x: What.
    """


def bare():
    pass


@pytest.mark.parametrize(
    ("function", "summary"), [(broken, "Say something."), (google, "Do it."), (bare, "")]
)
def test_other_docstrings_do_no_harm(function, summary):
    assert documented(function).summary.startswith(summary)
