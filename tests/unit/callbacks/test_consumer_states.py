"""The table of the consumers says how far behind each is, what it lost and why it takes nothing."""

import pytest

from callbacks.consumer_states import ConsumerState, ConsumerStates

STATES = ConsumerStates(
    (
        ConsumerState("the live table", 0, 0, None),
        ConsumerState("the NeXus writer", 412, 0, None),
        ConsumerState("the plots", 7, 1200, "TclError: no display"),
    )
)


def test_it_is_shown_as_a_table():
    assert str(STATES).splitlines() == [
        "consumer          behind  left out  state",
        "the live table         0         0  up to date",
        "the NeXus writer     412         0  behind",
        "the plots              7      1200  put aside: TclError: no display",
    ]


def test_the_prompt_shows_the_table():
    assert repr(STATES) == str(STATES)


def test_one_is_found_by_its_name():
    assert STATES["the NeXus writer"].lag == 412
    with pytest.raises(KeyError, match="no consumer 'it'; there are: the live table, the NeXus"):
        STATES["it"]


def test_no_consumers_are_an_empty_table():
    assert str(ConsumerStates(())) == "consumer  behind  left out  state"
    assert len(ConsumerStates(())) == 0
