"""The newest is kept, whatever comes, and with it what is needed to understand it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.stream_ring import Ring

ALL = {"documents": 10**9, "size": 10**12}


def run(ring, uid="a", events=3, size=100, stops=True):
    """Put a run into a ring; each message says its number."""
    names = ["start", "descriptor", *["event"] * events, *["stop"] * stops]
    for name in names:
        ring.append(name, uid, f"{ring.next}".encode().rjust(size))
    return ring


def numbers(ring, first=1, **limits):
    given_, _ = ring.messages(first, **{**ALL, **limits})
    return [int(message) for message in given_]


def test_documents_are_numbered_from_one():
    assert numbers(run(Ring(10**6))) == [1, 2, 3, 4, 5, 6]


def test_what_comes_after_a_number_is_given():
    assert numbers(run(Ring(10**6)), first=4) == [4, 5, 6]


def test_nothing_is_given_of_what_has_not_come():
    ring = run(Ring(10**6))
    assert ring.messages(7, **ALL) == ([], 7)


def test_an_answer_is_limited_in_documents_and_says_what_comes_next():
    ring = run(Ring(10**6))
    given_, after = ring.messages(2, 2, 10**6)
    assert [int(message) for message in given_] == [2, 3]
    assert after == 4


def test_an_answer_is_limited_in_bytes_but_gives_one_message_at_least():
    ring = run(Ring(10**6))
    assert numbers(ring, size=250) == [1, 2]
    assert numbers(ring, size=1) == [1]


def test_what_cannot_be_kept_leaves_a_hole():
    ring = run(Ring(10**6))
    ring.append("event", "a", b"")
    ring.append("event", "a", b"8")
    assert numbers(ring, first=6) == [6, 8]


def test_the_oldest_points_go_first_and_what_describes_them_stays():
    ring = run(Ring(3000), events=20, stops=False)
    assert numbers(ring) == [1, 2, *range(15, 23)]


def test_memory_is_bounded_by_the_limit():
    ring = Ring(5000)
    for count in range(50):
        run(ring, uid=f"{count}", events=30)
        assert ring.size <= 5000


def test_what_describes_a_run_goes_with_the_last_of_it():
    ring = run(Ring(3000))
    run(ring, uid="b", events=20, stops=False)
    assert numbers(ring)[:2] == [7, 8]


def test_a_run_whose_description_alone_is_too_large_loses_the_oldest():
    ring = Ring(2000)
    for _ in range(20):
        ring.append("descriptor", "a", f"{ring.next}".encode().rjust(100))
    assert numbers(ring)[-1] == 20
    assert ring.size <= 2000


def test_a_late_one_begins_with_the_start_of_the_run_that_goes_on():
    ring = run(run(Ring(10**6)), uid="b", stops=False)
    assert ring.place("run") == 7


def test_a_late_one_begins_with_the_outermost_of_nested_runs():
    ring = run(run(Ring(10**6), stops=False), uid="b")
    assert ring.place("run") == 1


def test_between_runs_a_late_one_waits_for_the_next():
    assert run(Ring(10**6)).place("run") == 7


@pytest.mark.parametrize(("since", "place"), [("oldest", 1), ("new", 7), (4, 4), (99, 7)])
def test_any_place_can_be_asked_for(since, place):
    assert run(Ring(10**6)).place(since) == place


def test_the_oldest_is_what_describes_where_that_was_kept():
    assert run(Ring(3000), events=20, stops=False).place("oldest") == 1


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.booleans()), max_size=8),
    st.integers(100, 6000),
    st.integers(1, 5),
)
def test_asking_again_and_again_gives_all_that_is_kept_once_and_in_order(runs, limit, documents):
    ring = Ring(limit)
    for uid, events, stops in runs:
        run(ring, uid, events, stops=stops)
    got, first = [], 1
    while first < ring.next:
        given_, first = ring.messages(first, documents, 10**6)
        got += [int(message) for message in given_]
    assert got == numbers(ring)
    assert got == sorted(set(got))
    assert ring.size <= limit
