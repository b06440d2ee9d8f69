"""What was measured is the same, bit for bit, in every file, in the catalog and replayed."""

import io
import math
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import numpy as np
import pytest

from blueline import open_session
from blueline.runs import RunArchive
from callbacks import DataFolder, Replay, SpecWriter
from callbacks.catalog import open_catalog
from callbacks.journal import to_line
from callbacks.nexus_file import NexusWriter
from planlib.spec import ascan, loopscan, mesh
from tests.system.recorded_values import SpecScan, bits, described, emitted, nexus, scalars

pytestmark = [
    pytest.mark.timeout(300),
    # Tiled's own
    pytest.mark.filterwarnings("default::DeprecationWarning"),
]

CASES = ("line", "mesh", "time", "spectra", "streams", "odd")
#: A point each; none may change on its way.
ODD = {
    "odd": (0.1, math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308, 2 / 3),
    "whole": (1.0, 2.0, 1e22, -1e15, 0.0, 3.0, 4.0, 5.0),
    "large": (2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 0, 1, 2, 3),
    "flag": (True, False, True, True, False, False, True, False),
    "state": ("open", "", "µ·t", "two\nlines", "#S 1", " ", '"', "open"),
    "pair": tuple([n / 7, -n / 3] for n in range(8)),
}
DTYPES = {"odd": "number", "whole": "number", "large": "integer", "flag": "boolean"}


class Odd:
    """Reads the next of `ODD` whenever it is triggered."""

    name, parent, hints = "odd", None, {"fields": ["odd"]}

    def __init__(self):
        self._index = -1

    def read(self):
        self._index += 1
        now = time.time()
        return {key: {"value": each[self._index], "timestamp": now} for key, each in ODD.items()}

    def describe(self):
        keys = {key: {"source": key, "dtype": dtype, "shape": []} for key, dtype in DTYPES.items()}
        keys["state"] = {"source": "state", "dtype": "string", "shape": []}
        keys["pair"] = {"source": "pair", "dtype": "array", "shape": [2]}
        return keys

    def read_configuration(self):
        return {}

    def describe_configuration(self):
        return {}


def two_streams(scaler, axis):
    """Three points, and before each the dark counts."""

    @bpp.stage_decorator([scaler])
    @bpp.run_decorator(md={"plan_name": "two_streams", "motors": [axis.name]})
    def inside():
        for position in (0.0, 0.1, 0.2):
            yield from bps.trigger_and_read([scaler], name="dark")
            yield from bps.mv(axis, position)
            yield from bps.trigger_and_read([scaler, axis])

    return inside()


def plans(devices):
    x, y, scaler, mca = (devices[name] for name in ("x", "y", "scaler", "mca"))
    return {
        "line": ascan(x, 0, 1, 4, 0.01, scaler),
        "mesh": mesh(x, 0, 0.5, 2, y, -0.3, 0.1, 1, 0.01, scaler),
        "time": loopscan(4, 0.01, scaler),
        "spectra": ascan(x, 0, 1, 2, 0.01, scaler, mca),
        "streams": two_streams(scaler, x),
        "odd": bp.count([Odd()], num=8),
    }


class Recorded:
    """One run: what the engine emitted, and the journal of it."""

    def __init__(self, documents, record):
        self.documents, self.record = documents, record
        self.uid = documents[0][1]["uid"]
        self.values = emitted(documents)

    def spec(self, record=None):
        found = record or self.record
        return SpecScan(found.folder.spec_path(found.start), self.uid)


@pytest.fixture(scope="module")
def recorded(instant_ioc, ca_ports, unseen, tmp_path_factory):
    root = tmp_path_factory.mktemp("round_trip")
    documents = {}
    prefix, port = instant_ioc.prefix, ca_ports.instant
    with open_session(data=root, port=port, prefix=prefix, screen=io.StringIO()) as session:
        for name, plan in plans(session.devices).items():
            documents[name] = []
            token = session.RE.subscribe(lambda *each, kept=documents[name]: kept.append(each))
            session.RE(plan)
            session.RE.unsubscribe(token)
    records = {record.start["uid"]: record for record in RunArchive(root)}
    return {name: Recorded(each, records[each[0][1]["uid"]]) for name, each in documents.items()}


@pytest.fixture(scope="module")
def runs(recorded):
    root = recorded["line"].record.folder.root
    with open_catalog(root) as opened:
        assert opened.problems == {}
        yield opened


@pytest.fixture
def replayed(recorded, tmp_path):
    """Make the files of a run again from its journal, and give where they are."""

    def replay(name):
        record = recorded[name].record
        folder = DataFolder(tmp_path, record.folder.data_set)
        writers = [SpecWriter(folder.spec_path), NexusWriter(folder)]
        for document in Replay(record.journal):
            for writer in writers:
                writer(*document)
        for writer in writers:
            writer.close()
        return folder, record.start

    return replay


@pytest.mark.parametrize("name", CASES)
def test_the_journal_has_every_document_as_it_was_emitted(recorded, name):
    run = recorded[name]
    lines = run.record.journal.read_bytes().splitlines(keepends=True)
    assert lines == [to_line(*document) for document in run.documents]


@pytest.mark.parametrize("name", CASES)
def test_replay_gives_every_document(recorded, name):
    run = recorded[name]
    again = [to_line(*document) for document in Replay(run.record.journal)]
    assert again == [to_line(*document) for document in run.documents]


@pytest.mark.parametrize("name", CASES)
def test_spec_has_every_number(recorded, name):
    run = recorded[name]
    columns = run.spec().columns
    for key in scalars(run.documents):
        label = "Seconds" if key == "seconds" else key
        assert bits(columns[label]) == bits(run.values["primary"][key]), key


@pytest.mark.parametrize("name", CASES)
def test_spec_has_every_time(recorded, name):
    run = recorded[name]
    spec = run.spec()
    assert [spec.epoch + each for each in spec.columns["Epoch"]] == run.values["primary"]["time"]


@pytest.mark.parametrize("name", CASES)
def test_spec_has_where_every_motor_was(recorded, name):
    run = recorded[name]
    before = {key: values[0] for key, values in run.values["baseline"].items()}
    positions = run.spec().positions
    assert len(positions) > 5
    assert bits(positions.values()) == bits(before[key] for key in positions)


def test_spec_has_the_spectra(recorded):
    run = recorded["spectra"]
    assert run.spec().spectra == [list(each) for each in run.values["primary"]["mca"]]


@pytest.mark.parametrize("name", CASES)
def test_nexus_has_every_number_text_and_array(recorded, name):
    run = recorded[name]
    for stream, values in run.values.items():
        columns = nexus(run.record.folder.nexus_path(run.record.start), stream)
        for key in described(run.documents, stream):
            assert same(columns[key], values[key]), f"{stream}: {key}"


@pytest.mark.parametrize("name", CASES)
def test_the_catalog_has_every_number_text_and_array(recorded, runs, name):
    run = recorded[name]
    for stream, values in run.values.items():
        data = runs[run.uid].to_xarray(stream)
        for key in [*described(run.documents, stream), "time"]:
            assert same(data[key].values.tolist(), values[key]), f"{stream}: {key}"


@pytest.mark.parametrize("name", CASES)
def test_the_catalog_replays_every_document(recorded, runs, name):
    run = recorded[name]
    again = [to_line(*document) for document in runs[run.uid].documents()]
    assert again == [to_line(*document) for document in run.documents]


@pytest.mark.parametrize("name", CASES)
def test_spec_made_from_the_journal_has_the_same_lines(recorded, replayed, name):
    run = recorded[name]
    folder, start = replayed(name)
    again = SpecScan(folder.spec_path(start), run.uid)
    # the epoch of a file is that of its first scan
    columns, first = again.columns, run.spec().columns
    assert [again.epoch + each for each in columns.pop("Epoch")] == run.values["primary"]["time"]
    first.pop("Epoch")
    assert {key: bits(each) for key, each in columns.items()} == {
        key: bits(each) for key, each in first.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_nexus_made_from_the_journal_has_the_same_values(recorded, replayed, name):
    run = recorded[name]
    first = run.record.folder.nexus_path(run.record.start)
    folder, start = replayed(name)
    again = folder.nexus_path(start)
    for stream in run.values:
        columns, made = nexus(first, stream), nexus(again, stream)
        assert columns.keys() == made.keys()
        assert all(same(columns[key], made[key]) for key in columns)


def same(one, other):
    """Tell whether two columns are equal to the last bit, of whatever they are."""
    if any(isinstance(each, str) for each in [*one, *other]):
        return list(one) == list(other)
    flat = [np.asarray(each, dtype=object).ravel().tolist() for each in (list(one), list(other))]
    return np.shape(one) == np.shape(other) and bits(flat[0]) == bits(flat[1])


def test_two_numbers_that_differ_in_a_bit_or_a_sign_are_not_the_same():
    assert not same([0.1 + 0.2], [0.3])
    assert not same([0.0], [-0.0])
    assert not same([2**53 + 1], [float(2**53 + 1)])
    assert same([math.nan, 3.0], [math.nan, 3])
