"""Consumers that a configuration describes."""

import io

import pytest

from blueline.config.class_checks import class_problems
from blueline.config.consuming import wanted_consumers
from blueline.consumers import make_consumers
from callbacks import DataFolder
from callbacks.terminal import StatusScreen
from tests.unit.callbacks.scan_documents import Scan

BEAMLINE = "beamline:\n  name: b\n  consumers:\n"
MODULE = """
class Names:
    def __init__(self, file):
        self.file = file

    def __call__(self, name, doc):
        with open(self.file, "a") as written:
            written.write(f"{name}\\n")


def fails():
    raise RuntimeError("the disk of the elog is gone")
"""


@pytest.fixture
def described(write, loaded, tmp_path):
    """Load a beamline with consumers of its own in a package of its own."""

    def load(consumers, **files):
        folder = write(beamline=BEAMLINE + consumers, **files)
        (folder / "python").mkdir(exist_ok=True)
        (folder / "python" / "logbook_of_tests.py").write_text(MODULE)
        return loaded()

    return load


def started(configuration, folder, session="default"):
    wanted = wanted_consumers(configuration, session, folder, "cu")
    return make_consumers(DataFolder(folder), StatusScreen(io.StringIO()), wanted=wanted)


def names_of(consumers):
    return [each.name for each in consumers.recorder.consumers]


def test_writers_that_are_off_are_not_there(described, tmp_path):
    configuration = described("    {csv: false, xdi: false, nexus: false, plot: false}\n")
    consumers = started(configuration, tmp_path / "data")
    consumers.recorder.close()
    assert {"the SPEC writer", "the results"} <= set(names_of(consumers))
    assert not {"the CSV writer", "the XDI writer", "the NeXus writer", "the plots"} & set(
        names_of(consumers)
    )


def test_runs_say_which_formats_their_session_leaves_out(described):
    configuration = described("    {csv: false, plot: false}\n")
    assert configuration.make().metadata["files_left_out"] == ["csv", "plot"]
    assert "files_left_out" not in described("    {csv: true}\n").make().metadata


def test_a_session_without_a_spec_file_waits_for_none(described, tmp_path):
    consumers = started(described("    spec: false\n"), tmp_path / "data")
    consumers.recorder.close()
    assert "the SPEC writer" not in {each.name for each in consumers.awaited}


def test_a_session_says_otherwise_than_the_beamline_and_has_its_own_beside(described):
    configuration = described(
        "    csv: false\n"
        "    spec: false\n"
        "    own: [{name: one, class: 'callbacks:csv_consumer', arguments: {root: a}}]\n",
        s="sessions:\n"
        "  - name: inner\n"
        "    consumers: {nexus: false}\n"
        "  - name: s\n"
        "    include: [inner]\n"
        "    consumers:\n"
        "      csv: true\n"
        "      own: [{name: two, class: 'callbacks:csv_consumer', arguments: {root: b}}]\n",
    )
    chosen = configuration.consumers_of("s")
    assert (chosen.csv, chosen.spec, chosen.nexus, chosen.xdi) == (True, False, False, True)
    assert [each.name for each in chosen.own] == ["one", "two"]
    assert [each.name for each in configuration.consumers_of("default").own] == ["one"]


@pytest.mark.parametrize("process", ["false", "true"])
def test_a_consumer_of_the_beamline_gets_every_document(described, tmp_path, process):
    configuration = described(
        "    plot: false\n"
        "    own:\n"
        "      - name: logbook\n"
        "        class: logbook_of_tests:Names\n"
        "        arguments: {file: $(data)/$(data_set).names}\n"
        f"        process: {process}\n"
        "  packages: [logbook_of_tests]\n"
    )
    assert class_problems(configuration) == []
    folder = tmp_path / "data"
    folder.mkdir()
    consumers = started(configuration, folder)
    documents = list(Scan(uid="aaaa-0000").documents())
    for name, doc in documents:
        consumers.recorder(name, doc)
    consumers.recorder.close()
    assert consumers.failures == []
    names = (folder / "cu.names").read_text().split()
    assert names == [name for name, _ in documents]


def test_a_consumer_that_cannot_be_made_is_told_and_stops_no_other(described, tmp_path):
    configuration = described(
        "    own:\n"
        "      - {name: broken, class: 'logbook_of_tests:fails'}\n"
        "      - {name: table, class: 'callbacks:csv_consumer', arguments: {root: $(data)}}\n"
        "  packages: [logbook_of_tests]\n"
    )
    consumers = started(configuration, tmp_path / "data")
    consumers.recorder.close()
    (told,) = consumers.failures
    assert told.startswith("broken takes no part in runs: ")
    assert "the disk of the elog is gone" in told
    assert "table" in names_of(consumers)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("{name: a, class: os.system}", "a: os.system is in none of the packages"),
        ("{name: a, class: callbacks.csv_consumer, arguments: {root: $(Q)}}", "a: $(Q) stands for"),
        ("{name: a, class: callbacks.csv_consumer, arguments: {root: $x}}", "a: $x: a consumer is"),
        ("{name: a, class: callbacks.csv_consumer, process: 1}", "true or false is needed"),
        ("{name: a, clas: callbacks.csv_consumer}", "there is no key"),
    ],
)
def test_a_consumer_that_cannot_be_is_refused_with_its_line(write, problems, item, words):
    write()
    told = problems(beamline=f"{BEAMLINE}    own:\n      - {item}\n")
    assert any(line.startswith("beamline.yml:5: ") and words in line for line in told)


def test_a_consumer_of_a_session_is_refused_with_its_line(problems):
    told = problems(
        s="sessions:\n  - name: s\n    consumers:\n      own: [{name: a, class: os.system}]\n"
    )
    assert told[0].startswith("s.yml:4: consumers: a: os.system is in none of the packages")


def test_two_consumers_of_one_name_are_refused(problems):
    one = "      - {name: a, class: callbacks.csv_consumer}\n"
    told = problems(beamline=f"{BEAMLINE}    own:\n{one}{one}")
    assert told == ["beamline.yml:6: consumers: a: the name stands twice here"]


def test_the_class_of_a_consumer_is_looked_at(described):
    configuration = described(
        "    own:\n"
        "      - {name: a, class: callbacks.csv_consumr}\n"
        "      - {name: b, class: callbacks.csv_consumer, arguments: {rot: data}}\n"
    )
    told = [str(each).split("/")[-1] for each in class_problems(configuration)]
    assert told[0].startswith("beamline.yml:5: consumers: a: callbacks.csv_consumr is not there")
    assert told[1].startswith("beamline.yml:6: consumers: b: callbacks.csv_consumer does not take")
