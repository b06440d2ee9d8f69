"""The page on plans for the queue shows what happens."""

import contextlib
import io
import json
import re
from pathlib import Path

from blueline.queue.plans import LEFT_OUT
from blueline.queue.stock_plans import LEFT_OUT as STOCK_LEFT_OUT

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "write-a-plan-for-the-queue.md"


def blocks(kind):
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


def test_the_example_prints_what_the_page_shows():
    names = {"__name__": "page"}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in blocks("python"):
            exec(block, names)  # noqa: S102 - our own page
    assert written.getvalue() == blocks("text")[-1]


def test_the_items_of_the_page_are_taken(queue):
    (typed,) = re.findall(r"queue add plan '(.*?)'", PAGE.read_text(encoding="utf-8"))
    assert set(json.loads(typed)) == {"name", "args", "kwargs"}
    item = json.loads(blocks("json")[0])
    assert queue.refusal(item["name"], *item["args"]) == ""


def test_the_page_names_every_plan_that_is_left_out():
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in {**LEFT_OUT, **STOCK_LEFT_OUT} if f"`{name}`" not in text] == []
