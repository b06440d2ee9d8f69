"""What is told about the runs of a folder, and how one is found."""

import fcntl
from pathlib import Path

import pytest

from blueline.errors import BluelineError, NoRunError
from blueline.run_record import RunRecord
from blueline.runs import RunArchive, recover_all, run_lines
from callbacks import DataFolder, SpecWriter
from callbacks.csv_file import csv_consumer
from callbacks.errors import ConsumerError
from callbacks.results import ResultFiles
from callbacks.xdi_file import xdi_consumer
from tests.unit.callbacks.scan_documents import Scan, record

UIDS = ("aaaa1111-0000", "aaaa2222-0000", "bbbb3333-0000")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A folder with three runs, which nobody changes."""
    root = tmp_path_factory.mktemp("archive")
    record(root, *(Scan(uid=uid, scan_id=n) for n, uid in enumerate(UIDS, 1)))
    return RunArchive(root)


@pytest.fixture
def open_run(tmp_path):
    """The record of a run that was never closed."""
    record(tmp_path, Scan(uid="cccc-0000"), stop=False)
    (run,) = RunArchive(tmp_path)
    return run


def test_runs_come_in_the_order_of_their_numbers(archive):
    assert [run.start["scan_id"] for run in archive] == [1, 2, 3]


def test_a_folder_without_runs_has_none(tmp_path):
    assert list(RunArchive(tmp_path)) == []


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BluelineError, match=r"there is no data folder .*/absent"):
        RunArchive(tmp_path / "absent")


def test_a_journal_without_a_start_is_no_run(tmp_path):
    record(tmp_path, Scan())
    (tmp_path / "journal" / "0002_torn.jsonl").write_bytes(b'{"name": "start", "doc": {"uid"')
    assert [run.start["scan_id"] for run in RunArchive(tmp_path)] == [1]


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_a_run_is_found_by_its_number(archive, number):
    assert archive.find(number).start["scan_id"] == int(number)


def test_a_number_is_a_scan_number_before_it_is_the_beginning_of_a_uid(tmp_path):
    record(tmp_path, Scan(uid="2aaa-0000", scan_id=1), Scan(uid="bbbb-0000", scan_id=2))
    assert RunArchive(tmp_path).find("2").start["uid"] == "bbbb-0000"
    assert RunArchive(tmp_path).find("0002").start["uid"] == "bbbb-0000"
    assert RunArchive(tmp_path).find("2a").start["scan_id"] == 1


def test_a_run_is_found_by_the_beginning_of_its_uid(archive):
    assert archive.find("aaaa2").start["uid"] == UIDS[1]
    assert archive.find(UIDS[2]).start["uid"] == UIDS[2]


@pytest.mark.parametrize(("word", "number"), [("-1", 3), ("-2", 2), ("-3", 1)])
def test_a_run_is_found_from_the_end(archive, word, number):
    assert archive.find(word).start["scan_id"] == number


def test_a_beginning_that_two_runs_share_is_refused(archive):
    with pytest.raises(BluelineError, match="has more than one run 'aaaa'; `blueline runs list`"):
        archive.find("aaaa")


@pytest.mark.parametrize("word", ["4", "-4", "-0", "0", "dddd", "-x"])
def test_a_run_that_is_not_there_is_refused(archive, word):
    with pytest.raises(BluelineError, match=f"has no run '{word}'; `blueline runs list` shows"):
        archive.find(word)


def test_a_finished_run_says_how_it_ended_and_how_many_points_it_has(archive):
    run = archive.find("1")
    assert (run.status, run.points) == ("success", 11)


def test_an_open_run_says_that_it_is_open(open_run):
    assert open_run.status == "open"
    assert open_run.points is None
    assert "      ? points" in open_run.line()


def test_a_line_tells_number_uid_end_points_and_command(archive):
    line = archive.find("2").line()
    assert line.startswith("    2  aaaa2222  2025-11-2")
    assert line.endswith("success      11 points  ascan x 0 5 10 0.1")


def test_a_run_of_one_point_says_so_in_the_columns_of_the_others(tmp_path):
    record(tmp_path, Scan(uid="dddd-0000", values=((0.0,),)))
    (run,) = RunArchive(tmp_path)
    assert "success       1 point   ascan" in run.line()


def test_a_run_of_a_foreign_plan_is_called_by_its_plan_and_axes(tmp_path):
    record(tmp_path, Scan(extra={"scan_command": "", "plan_name": "grid_scan"}))
    (run,) = RunArchive(tmp_path)
    assert run.command == "grid_scan x"


def test_a_long_command_is_told_whole_once(tmp_path):
    typed = f"pointscan x [{','.join(map(str, range(100)))}] 0.1"
    record(tmp_path, Scan(extra={"scan_command": typed}))
    (run,) = RunArchive(tmp_path)
    assert len(run.line()) < 180
    assert run.text().count(typed) == 1


def test_the_text_tells_who_what_and_which_files(archive):
    run = archive.find("1")
    text = run.text()
    for said in ("user         Ada", "sample       Cu foil", "num_points   11", str(run.journal)):
        assert said in text


def test_the_text_of_a_failed_run_tells_why(tmp_path):
    record(tmp_path, Scan(exit_status="fail", reason="x was stopped at 1.2 mm"))
    (run,) = RunArchive(tmp_path)
    assert "reason       x was stopped at 1.2 mm" in run.text()


def test_only_files_that_exist_are_named(tmp_path):
    record(tmp_path, Scan())
    (run,) = RunArchive(tmp_path)
    assert run.files() == [run.journal]
    picture = run.folder.plot_path(run.start)
    picture.touch()
    assert run.files() == [run.journal, picture]


def written(root, *scans, stop=True):
    """Write journals and all text files of some scans."""
    record(root, *scans, stop=stop)
    folder = DataFolder(root)
    spec, results = SpecWriter(folder.spec_path), ResultFiles(root)
    csv, xdi = csv_consumer(str(root)), xdi_consumer(str(root))
    for scan in scans:
        for name, doc in scan.documents():
            if stop or name != "stop":
                for consumer in (spec, csv, xdi, results):
                    consumer(name, doc)
    for consumer in (spec, csv, xdi):
        consumer.close()


def names(run):
    return sorted(path.name for path in run.files())


def test_tables_and_results_are_among_the_files(tmp_path):
    written(tmp_path, Scan(uid="aaaa-0000"))
    (run,) = RunArchive(tmp_path)
    assert names(run) == sorted(
        [
            "0001_aaaa-000.jsonl",
            "blueline_20251121.spec",
            "blueline_0001.csv",
            "blueline_0001_baseline.csv",
            "blueline_0001.xdi",
            "0001_aaaa-000.json",
        ]
    )


def test_an_open_run_has_its_tables_too(tmp_path):
    written(tmp_path, Scan(uid="aaaa-0000"), stop=False)
    (run,) = RunArchive(tmp_path)
    assert {"blueline_0001.csv", "blueline_0001_baseline.csv"} <= set(names(run))


def test_of_two_runs_with_one_number_each_has_its_own_files(tmp_path):
    written(tmp_path, Scan(uid="aaaa-0000"))
    written(tmp_path, Scan(uid="bbbb-0000", time=Scan.time + 1))
    first, second = sorted(RunArchive(tmp_path), key=lambda run: run.start["uid"])
    assert "blueline_0001.csv" in names(first)
    assert "blueline_0001_002.csv" not in names(first)
    assert "blueline_0001.csv" not in names(second)
    assert {"blueline_0001_002.csv", "blueline_0001_002.xdi"} <= set(names(second))


def test_the_spec_file_is_the_one_that_has_the_run(tmp_path):
    record(tmp_path, Scan(uid="aaaa-0000"))
    (run,) = RunArchive(tmp_path)
    path = run.folder.spec_path(run.start)
    other = SpecWriter(lambda _start: path)
    for name, doc in Scan(uid="bbbb-0000").documents():
        other(name, doc)
    beside = path.with_name(f"{path.stem}_002.spec")
    ours = SpecWriter(lambda _start: beside)
    for name, doc in Scan(uid="aaaa-0000").documents():
        ours(name, doc)
    assert run.files() == [run.journal, beside]


def test_a_run_without_a_stop_is_exported_and_its_files_let_go(open_run, tmp_path):
    spec, *others = open_run.export(tmp_path / "out")
    suffixes = [path.suffix for path in others]
    assert suffixes == [".nxs", ".nxs", ".png", ".csv", ".csv", ".xdi"]
    with spec.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_export_makes_what_was_asked_for_alone(open_run, tmp_path):
    made = open_run.export(tmp_path / "out", ["xdi"])
    assert [path.suffix for path in made] == [".xdi"]
    assert list((tmp_path / "out").iterdir()) == made


def test_an_export_to_what_nobody_knows_says_what_there_is(open_run, tmp_path):
    with pytest.raises(BluelineError, match=r"there is no format 'docx'.*spec, nexus, plot"):
        open_run.export(tmp_path / "out", ["docx"])


def test_an_export_that_fails_lets_its_files_go(archive, tmp_path):
    run = archive.find("1")
    (tmp_path / "blueline_0001.nxs").touch()
    with pytest.raises(ConsumerError, match="not overwritten"):
        run.export(tmp_path)
    with DataFolder(tmp_path).spec_path(run.start).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_picture_that_is_there_already_is_told_by_an_export(archive, tmp_path):
    (tmp_path / "blueline_0001.png").touch()
    with pytest.raises(ConsumerError, match="not overwritten"):
        archive.find("1").export(tmp_path)


def test_files_belong_to_the_data_set_of_the_run(tmp_path):
    record(tmp_path, Scan(extra={"data_set": "copper"}))
    (run,) = RunArchive(tmp_path)
    assert run.folder.nexus_path(run.start).name == "copper_0001.nxs"


def test_recovering_a_folder_without_runs_says_that_all_is_well(tmp_path):
    assert recover_all(tmp_path) == ["all runs are complete"]


def test_recovering_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BluelineError, match="there is no data folder"):
        recover_all(tmp_path / "absent")


def test_runs_are_found_by_what_they_are(tmp_path):
    record(tmp_path, Scan(), Scan(uid="bbbb-0000", scan_id=2, extra={"sample": "Fe"}))
    archive = RunArchive(tmp_path)
    assert [run.start["scan_id"] for run in archive.search(sample="Fe")] == [2]
    assert [run.start["scan_id"] for run in archive.search(motor="x", plan="ascan")] == [1, 2]
    assert archive.search(until="1990-01-01") == []


def test_the_columns_of_a_run_are_those_that_it_measured(archive):
    assert archive.find("1").columns()["x_setpoint"].tolist() == [0.5 * i + 0.1 for i in range(11)]


def test_what_two_runs_began_with_is_compared(archive):
    first, second = archive.find("1"), archive.find("2")
    assert first.baseline_differences(second) == []
    assert first.baseline()["ring_current"] == [199.9, 199.8]


def test_runs_come_in_the_order_in_which_they_began(tmp_path):
    record(tmp_path, Scan(uid="aaaa-0000", scan_id=9))
    record(tmp_path, Scan(uid="bbbb-0000", scan_id=1, time=Scan.time + 1))
    archive = RunArchive(tmp_path)
    assert [run.start["scan_id"] for run in archive] == [9, 1]
    assert archive.find("-1").start["uid"] == "bbbb-0000"


def test_of_scans_with_one_number_in_several_data_sets_the_choices_are_named(tmp_path):
    record(tmp_path, Scan(uid="bbbb-0000", extra={"data_set": "Cu"}))
    record(tmp_path, Scan(uid="aaaa-0000", time=Scan.time + 1, extra={"data_set": "Ni"}))
    archive = RunArchive(tmp_path)
    with pytest.raises(BluelineError, match='1 is the number of 2 runs: say "Ni/1", "Cu/1"'):
        archive.find("1")
    assert archive.find("Cu/1").start["uid"] == "bbbb-0000"
    assert archive.find("Ni/0001").start["uid"] == "aaaa-0000"
    with pytest.raises(NoRunError, match="no run 'Ni/2'"):
        archive.find("Ni/2")


def test_of_scans_with_one_number_in_one_data_set_the_uids_are_named(tmp_path):
    record(tmp_path, Scan(uid="bbbb-0000"))
    record(tmp_path, Scan(uid="aaaa-0000", time=Scan.time + 1))
    with pytest.raises(BluelineError, match='2 runs: say "aaaa-000", "bbbb-000"'):
        RunArchive(tmp_path).find("1")


def test_a_run_that_was_not_saved_says_so_and_is_exported_all_the_same(tmp_path):
    record(tmp_path, Scan(extra={"save": False, "title": "foil"}))
    (run,) = RunArchive(tmp_path)
    assert run.line().endswith("ascan x 0 5 10 0.1 (foil, not saved)")
    made = run.export(tmp_path / "elsewhere", ["spec", "csv"])
    assert {path.suffix for path in made} == {".spec", ".csv"}


def test_a_comment_stands_with_the_run_and_leaves_its_journal_alone(tmp_path):
    record(tmp_path, Scan())
    (run,) = RunArchive(tmp_path)
    before = run.journal.read_bytes()
    run.add_comment("the beam was lost", "Ada")
    assert run.journal.read_bytes() == before
    assert "Ada: the beam was lost" in run.text()
    assert [comment.text for comment in run.comments] == ["the beam was lost"]


def test_the_columns_of_each_stream_can_be_had(archive):
    run = archive.find("1")
    assert set(run.streams()) == {"baseline", "primary"}
    assert len(run.columns()["I0"]) == 11
    baseline = run.columns("baseline")
    assert "I0" not in baseline
    assert "mu" not in baseline
    assert baseline["gap"].size == baseline["time"].size > 0


def test_a_stream_that_a_run_has_not_is_told_with_those_it_has(archive):
    with pytest.raises(BluelineError, match="no stream 'monitor'; it has primary, baseline"):
        archive.find("1").columns("monitor")


def test_a_run_is_found_by_its_whole_uid(archive):
    assert archive.of_uid(UIDS[1]).start["scan_id"] == 2
    with pytest.raises(NoRunError, match="no run aaaa2222"):
        archive.of_uid("aaaa2222")


def numbered(number, data_set):
    start = {"uid": f"uid{number}-{data_set}", "scan_id": number, "data_set": data_set, "time": 0.0}
    return RunRecord(Path("/data/journal/a.jsonl"), start, None)


def test_runs_of_one_data_set_are_listed_by_their_numbers():
    lines = run_lines([numbered(1, "Cu"), numbered(12, "Cu")])
    assert [line.split()[0] for line in lines] == ["1", "12"]


def test_runs_of_several_data_sets_are_listed_as_they_can_be_repeated():
    lines = run_lines([numbered(1, "Cu"), numbered(12, "foil"), numbered(1, "Ni")])
    assert [line.split()[0] for line in lines] == ["Cu/1", "foil/12", "Ni/1"]
    assert len({line.index("uid") for line in lines}) == 1
