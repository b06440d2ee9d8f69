import pytest

from planlib.control import ScanControl


@pytest.fixture
def control():
    return ScanControl()


def test_a_wish_to_stop_is_taken_once(control):
    control.stop_after_point("enough")
    assert (control.take_stop(), control.take_stop()) == ("enough", None)


def test_a_skip_goes_to_the_scan_that_runs(control):
    skipped = []
    with control.skipped_by(lambda: skipped.append("scan")):
        control.skip()
    assert skipped == ["scan"]


def test_a_scan_within_a_scan_gives_the_skips_back(control):
    skipped = []
    with control.skipped_by(lambda: skipped.append("outer")):
        with control.skipped_by(lambda: skipped.append("inner")):
            control.skip()
        control.skip()
    assert skipped == ["inner", "outer"]


def test_a_skip_that_no_scan_takes_skips_nothing_of_the_next_one(control):
    skipped = []
    control.skip()
    with control.skipped_by(lambda: skipped.append("scan")):
        pass
    assert not skipped


def test_what_was_asked_before_is_forgotten(control):
    control.stop_after_point()
    control.clear()
    assert control.take_stop() is None
