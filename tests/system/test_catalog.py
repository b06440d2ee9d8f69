"""The catalog of a data folder, embedded: what is found in it, and how runs come into it."""

import contextlib
import subprocess
import sys

import bluesky.plans as bp
import numpy as np
import pytest

from callbacks import DataFolder, Journal, Replay
from callbacks.catalog import open_catalog
from callbacks.catalog_fill import add, fill
from callbacks.errors import CatalogError
from callbacks.replay import journals
from devices.detectors.camera import Camera
from devices.detectors.path_provider import RunFolders
from tests.system.camera_runs import opened
from tests.system.catalog_runs import LARGE, ODD, bits, grid, line, odd_scan
from tests.system.documents import python_blocks
from tests.unit.callbacks.scan_documents import number_key, record

pytestmark = [
    pytest.mark.timeout(300),
    # Tiled's and databroker's own
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalog")
    record(folder, odd_scan(1), line(2, sample="Fe foil"), grid(3), line(4, plan_name="rel_scan"))
    record(folder, line(5), stop=False)
    return folder


@pytest.fixture(scope="module")
def runs(root):
    with open_catalog(root) as opened_runs:
        yield opened_runs


def refill(runs, root):
    """Fill again, as whoever opens it next does."""
    return fill(runs.client, root, root / "catalog")


def numbers(runs):
    return [run.scan_id for run in runs]


# --- finding


def test_runs_are_in_the_order_in_which_they_began(runs):
    assert numbers(runs)[:4] == [1, 2, 3, 4]


def test_a_run_that_is_not_closed_is_not_in_it(runs):
    assert 5 not in numbers(runs)


def test_a_run_is_found_by_its_number(runs):
    assert runs[3].uid == grid(3).uid


def test_a_run_is_found_by_the_beginning_of_its_uid(runs):
    assert runs["0dd00"].scan_id == 1


@pytest.mark.parametrize("which", [99, "zzzzzz", "0dd"])
def test_a_run_that_is_not_there_is_refused_in_a_sentence(runs, which):
    with pytest.raises(CatalogError, match=f"has no run {which!r}: "):
        runs[which]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"plan": "rel_scan"}, [4]),
        ({"sample": "Fe foil"}, [2]),
        ({"motor": "y"}, [3]),
        ({"motor": "x", "plan": "ascan"}, [1, 2]),
        ({"since": line(3).time}, [3, 4]),
        ({"until": line(3).time}, [1, 2]),
        ({"since": "2100-01-01"}, []),
    ],
    ids=["plan", "sample", "motor", "motor-and-plan", "since", "until", "future"],
)
def test_runs_are_found_by_what_they_are(runs, asked, found):
    assert [n for n in numbers(runs.search(**asked)) if n < 5] == found


def test_a_time_that_is_none_is_refused(runs):
    with pytest.raises(CatalogError, match="'yesterday' is no time; write it as"):
        runs.search(since="yesterday")


# --- reading


def test_every_bit_of_a_number_is_kept(runs):
    data = runs[1].to_xarray()
    assert bits(data["odd"].values.tolist()) == bits(map(float, ODD))
    assert data["large"].values.tolist() == list(LARGE)


def test_texts_and_arrays_are_kept(runs):
    data = runs[1].to_xarray()
    events = [doc["data"] for doc in map(odd_scan().event, range(11))]
    for key in ("state", "spectrum", "pair"):
        assert data[key].values.tolist() == [event[key] for event in events]


def test_a_table_has_a_row_for_each_point_and_its_time(runs):
    table = runs[2].table()
    assert len(table) == 11
    assert table["I0"].iloc[3] == line(2).event(3)["data"]["I0"]
    assert table["time"].iloc[0].timestamp() == pytest.approx(line(2).event(0)["time"], abs=1e-6)


def test_a_table_can_be_asked_for_by_device(runs):
    table = runs[2].table(fields=["x", "scaler"])
    assert set(table.columns) == {"time", "x", "I0", "It", "If", "seconds"}


def test_a_field_or_stream_that_is_not_there_is_refused(runs):
    with pytest.raises(CatalogError, match="'primary' of scan 2 has no field or device 'nix'"):
        runs[2].table(fields=["nix"])
    with pytest.raises(CatalogError, match="no stream 'dark'; it has baseline, primary"):
        runs[2].to_xarray("dark")


def test_databroker_reads_the_table_of_the_last_run(runs):
    last = runs.client.values()[-1]
    table = runs.v1[-1].table()
    assert len(table) == last.metadata["stop"]["num_events"]["primary"]


def test_what_two_runs_began_with_is_compared(runs, root):
    moved = line(20)
    documents = list(moved.documents())
    journal = Journal(DataFolder(root).journal_path)
    for name, doc in documents:
        if name == "event" and doc["descriptor"].endswith("baseline"):
            doc["data"]["gap"] = 13.5
        journal(name, doc)
    refill(runs, root)
    (difference,) = runs[2].baseline_differences(runs[20])
    assert str(difference) == "gap: 12.813 → 13.5 mm"


def test_a_run_is_replayed_as_it_was_emitted(runs, root):
    replayed = list(runs[2].documents())
    assert replayed == list(Replay(journals(root)[1]))


def test_tileds_own_documents_are_there_as_well(runs):
    names = [name for name, _ in runs[2].client.documents()]
    assert names[0] == "start"
    assert names[-1] == "stop"
    assert names.count("event") == 13


def test_frames_of_a_camera_are_read_through_the_catalog(
    runs, root, instant_ioc, connected, engine, documents
):
    camera = connected(Camera("I:cam:", name="camera", path_provider=RunFolders(root)))
    engine.subscribe(Journal(DataFolder(root).journal_path))
    (uid,) = engine(bp.count([camera], num=3), scan_id=30)
    assert refill(runs, root).added == [uid]
    frames = runs[30].to_xarray(fields=["camera"])["camera"].values
    assert np.array_equal(
        frames.reshape(3, 512, 512), np.concatenate([f for f, _ in opened(documents)])
    )


# --- filling


def write_in_part(runs, scan, points):
    """Leave a run as a process does that is killed while it writes."""
    from bluesky_tiled_plugins.writing.tiled_writer import TiledWriter

    writer = TiledWriter(runs.client, batch_size=2, max_array_size=0)
    for name, doc in scan.documents():
        if name == "stop" or (name == "event" and doc["seq_num"] > points):
            break
        writer(name, doc)


@pytest.mark.parametrize(("number", "points"), [(40, 0), (41, 6)])
def test_a_run_that_was_written_in_part_is_made_whole(runs, root, number, points):
    scan = line(number)
    record(root, scan)
    write_in_part(runs, scan, points)
    assert refill(runs, root).added == [scan.uid]
    table = runs[number].table()
    assert table["I0"].tolist() == [scan.event(i)["data"]["I0"] for i in range(11)]


def test_filling_again_adds_nothing(runs, root):
    refill(runs, root)
    assert refill(runs, root).added == []


def test_a_run_that_cannot_be_written_is_told_and_does_not_keep_others_out(runs, root):
    class Mixed(type(line(50))):
        def event(self, index, **changes):
            return super().event(index, mixed="text" if index == 5 else 1.5, **changes)

    bad = Mixed(uid="bad00050-aaaa", scan_id=50, readings={"mixed": number_key("PV:mixed")})
    record(root, bad, line(51))
    filled = refill(runs, root)
    assert list(filled.problems) == [bad.uid]
    assert filled.added == [line(51).uid]
    assert bad.uid not in set(runs.client)


def test_a_journal_that_cannot_be_opened_is_told_and_does_not_keep_others_out(runs, root):
    record(root, line(53))
    there, gone = (DataFolder(root).journal_path(line(number).start()) for number in (53, 52))
    filled = add(runs.client, [gone, there], root / "catalog")
    assert "No such file" in filled.problems[line(52).uid[:8]]
    assert filled.added == [line(53).uid]


FILLER = """
import sys
from callbacks.catalog import open_catalog
with open_catalog(sys.argv[1]) as runs:
    print(len(runs[60].table()), len(runs), "h5py" in sys.modules)
"""


def test_two_processes_that_fill_at_once_agree(runs, root):
    record(root, line(60))
    with contextlib.ExitStack() as ended:
        command = [sys.executable, "-c", FILLER, str(root)]
        fillers = [
            ended.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            for _ in range(2)
        ]
        said = [filler.communicate(timeout=100)[0].split() for filler in fillers]
    assert said == [["11", str(len(runs)), "False"]] * 2
    assert numbers(runs).count(60) == 1


def test_only_its_owner_can_read_the_key(root, runs):
    assert (root / "catalog" / "server.json").stat().st_mode & 0o077 == 0
    assert runs.client.uri.startswith("http://127.0.0.1:")


def test_every_example_of_the_page_runs(runs, root, capsys):
    names = {}
    for block in python_blocks("docs/how-to/read-runs-back.md"):
        exec(block.replace("blueline-demo", str(root)), names)  # noqa: S102 - our own page
    assert "Scan " in capsys.readouterr().out
