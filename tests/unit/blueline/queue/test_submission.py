"""What clients are answered who submit items."""

import pytest

from blueline.queue.submission import answered, is_next, items_of, one_sentence, refusal

ITEM = {"item_type": "plan", "name": "ascan", "args": ["x", 0, 1, 2, 0.1]}
FINE = {"refused": "", "note": ""}
BAD = {"refused": "x cannot go to 99", "note": ""}


def adding(method="queue_item_add", **params):
    return {"method": method, "params": {"item": ITEM, **params}}


def batch(number):
    return {"method": "queue_item_add_batch", "params": {"items": [ITEM] * number}}


@pytest.mark.parametrize(
    ("request_", "number"),
    [
        (adding(), 1),
        (adding("queue_item_execute"), 1),
        (batch(3), 3),
        ({"method": "queue_item_add", "params": {}}, 0),
        ({"method": "queue_item_add_batch", "params": {"items": "x"}}, 0),
        ({"method": "status"}, 0),
    ],
    ids=["add", "execute", "batch", "nothing", "no list", "status"],
)
def test_the_items_of_a_request_are_found(request_, number):
    assert items_of(request_) == [ITEM] * number


@pytest.mark.parametrize(
    ("request_", "waiting", "expected"),
    [
        (adding(), 0, True),
        (adding(), 1, False),
        (adding(pos="front"), 3, True),
        (adding(pos="back"), 3, False),
        (adding("queue_item_execute"), 3, True),
        (adding("queue_item_update"), 1, False),
    ],
    ids=["first", "after another", "front", "back", "at once", "changed"],
)
def test_an_item_is_next_where_nothing_runs_before_it(request_, waiting, expected):
    assert is_next(request_, waiting) is expected


def test_what_nothing_speaks_against_is_not_refused():
    assert refusal(adding(), [FINE], 0) is None
    assert refusal(adding(), [], 0) is None


def test_a_refused_item_is_answered_with_the_sentence():
    answer = refusal(adding(), [BAD], 4)
    assert answer == {"success": False, "msg": BAD["refused"], "qsize": 4, "item": ITEM}


def test_a_refused_batch_says_which_item_it_is():
    answer = refusal(batch(3), [FINE, BAD, FINE], 0)
    assert answer["msg"] == (
        "none of the 3 items is added, since number 2 is refused: x cannot go to 99"
    )
    assert [each["success"] for each in answer["results"]] == [True, False, True]


def test_what_is_noted_of_an_item_that_is_taken_is_told():
    noted = {"refused": "", "note": "as things are now, it would be refused"}
    assert answered({"success": True, "msg": ""}, adding(), [noted])["msg"] == noted["note"]
    assert answered({"success": True, "msg": ""}, adding(), [FINE])["msg"] == ""


RAW = {
    "Plan validation failed: Plan 'nosuch' is not in the list of allowed plans.\n"
    "Plan: {'name': 'nosuch'}": "ascan: Plan 'nosuch' is not in the list of allowed plans.",
    "Failed to add an item: Plan validation failed: missing a required argument: 'intervals'\n"
    "Plan: {}": "ascan: missing a required argument: 'intervals'",
    "Plan validation failed: 2 validation errors for Model\nargs.1.enum[Movables]\n"
    "  Input should be 'x' or 'y' [type=enum, input_value='z', input_type=str]\n    For further "
    "information visit https://errors\nargs.1.int\n": "ascan: args should be 'x' or 'y', not 'z'",
    "Incorrect request format: user group is not specified": (
        "Incorrect request format: user group is not specified"
    ),
}


@pytest.mark.parametrize("raw", RAW, ids=["plan", "missing", "choice", "request"])
def test_what_the_queue_server_says_is_one_sentence(raw):
    assert one_sentence(raw, [ITEM]) == RAW[raw]


def test_a_long_reason_is_cut():
    assert len(one_sentence("x" * 5000, [ITEM])) < 400
