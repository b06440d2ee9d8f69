import json

import pytest

from planlib.account import Account, ScanTiming, Spent

ACCOUNT = Account(2, counting=2.0, moving=1.0, waiting=0.0, reading=0.4, software=0.6)
TIMING = ScanTiming(
    ACCOUNT,
    before=0.5,
    points=3.2,
    after=0.3,
    devices={
        "x": {"wait": Spent(2, 1.0, 0.7), "set": Spent(2, 1.2, 0.8)},
        "det": {
            "stage": Spent(1, 0.01, 0.01),
            "read": Spent(2, 0.4, 0.3),
            "trigger": Spent(2, 2, 1),
        },
    },
    messages={"save": Spent(2, 0.2, 0.1), "wait": Spent(4, 3.0, 1.0)},
)


def test_the_shares_of_a_scan_add_up_to_one():
    assert sum(ACCOUNT.shares.values()) == pytest.approx(1)
    assert ACCOUNT.shares["counting"] == pytest.approx(0.5)


def test_a_scan_without_a_duration_has_no_shares():
    assert set(Account(0, 0, 0, 0, 0, 0).shares.values()) == {0.0}


def test_a_mean_is_of_what_was_done():
    spent = Spent()
    assert spent.mean == 0
    for seconds in (1.0, 3.0):
        spent.add(seconds)
    assert (spent.number, spent.total, spent.mean, spent.longest) == (2, 4.0, 2.0, 3.0)


def test_it_comes_back_from_json_as_it_was():
    assert ScanTiming.read(json.loads(json.dumps(TIMING.content()))) == TIMING


def test_the_times_of_stepscan_have_their_names_and_add_up():
    told = TIMING.content()
    assert told["inittime"] + told["looptime"] + told["exittime"] == pytest.approx(told["runtime"])


def test_a_table_says_what_each_device_did_with_what_is_asked_for_first_at_its_top():
    lines = str(TIMING).splitlines()
    rows = lines[lines.index(next(line for line in lines if line.startswith("device"))) + 1 :][:5]
    assert [row.split()[:2] for row in rows] == [
        ["det", "trigger"],
        ["det", "read"],
        ["det", "stage"],
        ["x", "set"],
        ["x", "wait"],
    ]
    assert rows[3].split()[2:] == ["2", "1.200", "0.600", "0.800"]


def test_the_message_that_took_most_is_the_first():
    lines = str(TIMING).splitlines()
    assert [line.split()[0] for line in lines[-2:]] == ["wait", "save"]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"account": {"points": 1}},
        {"devices": {"x": {"set": {"number": 1}}}},
        {"messages": []},
        {"messages": {"wait": {"number": 1, "total": float("nan"), "longest": 1.0}}},
    ],
)
def test_what_is_no_timing_is_refused(change):
    with pytest.raises(ValueError, match=r"version|timing|number"):
        ScanTiming.read(TIMING.content() | change)


def test_an_empty_file_is_refused():
    with pytest.raises(ValueError, match="no timing of a scan"):
        ScanTiming.read({})
