"""The how-to pages on scans, typed as written, one after the other in one session."""

import json
import os
import re
import subprocess
import sys

import pytest

from blueline.consumers import PLOTS
from tests.system.documents import ROOT, python_blocks

pytestmark = pytest.mark.timeout(180)

PAGES = (
    "scan",
    "scan-an-absorption-edge",
    "find-the-peak",
    "count-until-there-is-enough",
    "add-hooks-to-a-scan",
    "check-before-you-scan",
    "fit-a-scan",
    "look-at-a-scan",
)
#: Seconds for all pages, on two cores that others use as well.
DEADLINE = 150

#: Runs in a process of its own, on a virtual beamline of its own, as a reader's does.
PROMPT = """
import contextlib, io, json, sys, time
from blueline.opening import open_session
from blueline.typed import COMMANDS, parse_command
from planlib.stepping import HookError
from planlib import PlanError, check, spec
from sim_ioc.process import IocProcess


def typed(blocks, names):
    for block in blocks:
        exec(block, names)


def asked(lines, names):
    for line in lines:
        try:
            eval(line, names)
        except (PlanError, HookError) as error:
            yield f"{type(error).__name__}: {error}"
        else:
            yield "nothing"


def checked(commands, session):
    plans = {name: getattr(spec, name) for name in COMMANDS}
    for command in commands:
        yield str(check(parse_command(command.split(), plans, session.devices), session.context))


with open("told.json") as file:
    told = json.load(file)
found = {"pages": {}, "took": {}}
with IocProcess(time_factor=1000, seed=1) as ioc, \\
        open_session(data="data", port=ioc.port, screen=io.StringIO()) as session:
    session.RE(session.namespace()["bps"].mv(session.devices["shutter"], "open"))
    session.RE(session.namespace()["bps"].mv(session.devices["energy"], 9000))
    for page, blocks in told["pages"].items():
        began = time.monotonic()
        try:
            typed(blocks, dict(session.namespace()))
            found["pages"][page] = ""
        except Exception as error:
            found["pages"][page] = f"{type(error).__name__}: {error}"
        found["took"][page] = time.monotonic() - began
    names = dict(session.namespace())
    found["refused"] = list(asked(told["refused"], names))
    found["typed"] = list(checked(told["typed"], session))
    found["called"] = []
    for call in told["called"]:
        found["called"].append(str(check(eval(call, names), session.context)))
with open("found.json", "w") as file:
    json.dump(found, file)
"""


def page_text(page):
    return (ROOT / f"docs/how-to/{page}.md").read_text(encoding="utf-8")


def table_cells(column):
    """Give what stands in one column of the tables of scans, leaving out what is empty."""
    rows = re.findall(r"^\| (`[^|]*`)? ?\| (`[^|]*`) \|", page_text("scan"), re.MULTILINE)
    return [row[column].strip("`") for row in rows if row[column]]


def refusals():
    """Give what is typed, and the answer that the page shows."""
    return re.findall(r"^>>> (.*)\n(PlanError: .*)$", page_text("scan"), re.MULTILINE)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    told = {
        "pages": {page: python_blocks(f"docs/how-to/{page}.md") for page in PAGES},
        "refused": [asked for asked, _ in refusals()],
        "typed": table_cells(0),
        "called": table_cells(1),
    }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PROMPT],
        input="y\n" * 3,  # to what is asked
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "MPLBACKEND": "agg", PLOTS: "0"},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads((folder / "found.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_the_page_runs(found, page):
    assert found["pages"][page] == ""


def test_what_is_refused_is_answered_as_the_page_shows(found):
    assert found["refused"] == [answer for _, answer in refusals()]


@pytest.mark.parametrize("column", ["typed", "called"])
def test_every_scan_of_the_tables_can_be_run(found, column):
    assert len(found[column]) > 10
    assert [report for report in found[column] if "REFUSED" in report] == []
