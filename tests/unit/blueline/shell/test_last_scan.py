"""How runs are listed at the prompt."""

from pathlib import Path

from blueline.run_record import RunRecord
from blueline.shell.last_scan import run_lines


def run(number, data_set):
    start = {"uid": f"uid{number}-{data_set}", "scan_id": number, "data_set": data_set, "time": 0.0}
    return RunRecord(Path("/data/journal/a.jsonl"), start, None)


def test_runs_of_one_data_set_are_listed_by_their_numbers():
    lines = run_lines([run(1, "Cu"), run(12, "Cu")])
    assert [line.split()[0] for line in lines] == ["1", "12"]


def test_runs_of_several_data_sets_are_listed_as_they_can_be_repeated():
    lines = run_lines([run(1, "Cu"), run(12, "foil"), run(1, "Ni")])
    assert [line.split()[0] for line in lines] == ["Cu/1", "foil/12", "Ni/1"]
    assert len({line.index("uid") for line in lines}) == 1
