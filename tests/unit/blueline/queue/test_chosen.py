"""Which item is meant by a number, or by the beginning of a uid."""

import pytest

from blueline.queue.chosen import place_of
from blueline.queue.errors import QueueError

FIRST = {"item_uid": "5f0c2a1e", "name": "ascan", "args": ["x", 0, 1], "user": "ada"}
SECOND = {"item_uid": "5f91b7d3", "name": "ct", "args": [1], "user": "ada"}
ITEMS = [FIRST, SECOND]


@pytest.mark.parametrize(("word", "place"), [("1", 0), ("2", 1), ("5f0", 0), ("5f91b7d3", 1)])
def test_an_item_is_meant_by_its_number_or_its_uid(word, place):
    assert place_of(word, ITEMS) == place


def test_a_uid_that_begins_with_many_digits_is_no_number():
    assert place_of("1234", [{"item_uid": "1234abcd"}]) == 0


@pytest.mark.parametrize(
    ("word", "items", "sentence"),
    [
        ("0", ITEMS, "the queue has no number 0: its items are 1 to 2"),
        ("3", ITEMS, "the queue has no number 3: its items are 1 to 2"),
        ("2", [FIRST], "the queue has no number 2: it has 1 item;"),
        ("1", [], "the queue has no number 1: it has 0 items;"),
        ("5f", ITEMS, "the queue has more than one item '5f'"),
        ("abcd", ITEMS, "the queue has no item 'abcd'; `blueline queue list` shows"),
    ],
)
def test_an_item_that_is_not_there_is_told(word, items, sentence):
    with pytest.raises(QueueError, match=sentence):
        place_of(word, items)


def test_an_item_that_was_put_back_is_found_by_the_uid_that_it_had():
    failed = {"exit_status": "failed"}
    again = {**FIRST, "item_uid": "aaaa", "result": failed}
    assert place_of("5f0c", [SECOND, again], lambda: [{**FIRST, "result": failed}]) == 1


def test_an_item_that_has_run_says_how_that_ended():
    def history():
        return [{**FIRST, "result": {"exit_status": "completed"}}]

    with pytest.raises(QueueError, match="no item '5f0c', which is completed;"):
        place_of("5f0c", [SECOND], history)
    assert place_of("5f9", [{**FIRST, "item_uid": "cc"}, SECOND], history) == 1


@pytest.mark.parametrize("word", ["2", "5f9"])
def test_the_history_is_not_asked_for_an_item_that_waits(word):
    def history():
        pytest.fail("it takes long")

    assert place_of(word, ITEMS, history) == 1
