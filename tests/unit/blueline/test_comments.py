"""Comments on runs that are over (BL-89)."""

import pytest

from blueline.comments import FOLDER, add_comment, comments_of
from blueline.errors import BluelineError

RUN = "aaaa1111-0000"


def texts(folder):
    return [comment.text for comment in comments_of(folder, RUN)]


def test_a_run_without_comments_has_none(tmp_path):
    assert comments_of(tmp_path, RUN) == []


def test_comments_come_in_their_order_with_who_and_when(tmp_path):
    first = add_comment(tmp_path, RUN, "the beam was lost", "Ada")
    second = add_comment(tmp_path, RUN, "and came back", "Tim")
    assert comments_of(tmp_path, RUN) == [first, second]
    assert (first.user, second.user) == ("Ada", "Tim")
    assert first.time <= second.time


def test_where_nobody_is_named_it_is_who_runs_the_process(tmp_path, monkeypatch):
    monkeypatch.setenv("LOGNAME", "grace")
    assert add_comment(tmp_path, RUN, "fine").user == "grace"


def test_each_run_has_its_own(tmp_path):
    add_comment(tmp_path, "other", "not this one")
    assert comments_of(tmp_path, RUN) == []


def test_a_comment_is_one_line_of_any_language(tmp_path):
    add_comment(tmp_path, RUN, "  zwei\n Zeilen – größer  ")
    assert texts(tmp_path) == ["zwei Zeilen – größer"]


def test_a_torn_line_is_passed_over_and_spoils_no_other(tmp_path, caplog):
    add_comment(tmp_path, RUN, "first")
    path = tmp_path / FOLDER / f"{RUN}.jsonl"
    path.write_bytes(path.read_bytes() + b'{"time": 17')
    add_comment(tmp_path, RUN, "third")
    assert texts(tmp_path) == ["first", "third"]
    assert "passed over" in caplog.text


@pytest.mark.parametrize("bad", ["", "  \n", 3, None], ids=repr)
def test_what_is_no_text_is_refused(tmp_path, bad):
    with pytest.raises(BluelineError, match="a comment is a text"):
        add_comment(tmp_path, RUN, bad)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_it_is_told(tmp_path):
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(BluelineError, match="the comment is not kept"):
        add_comment(tmp_path, RUN, "lost")
