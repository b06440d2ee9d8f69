"""A beamline on disk: what is taken, and how every problem is told with its line."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.beam.chamber import ChamberSettings
from sim_ioc.beam.filters import FilterSettings, FiltersSettings
from sim_ioc.config import BeamlineSettings
from sim_ioc.config_file import LARGEST_FILE, dump, load
from sim_ioc.errors import ConfigError
from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.soft import SoftSettings


@pytest.fixture(name="read")
def _read(tmp_path):
    def read(text):
        path = tmp_path / "beamline.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path)

    return read


def refusal(read, text):
    with pytest.raises(ConfigError) as refused:
        read(text)
    return str(refused.value)


def test_a_file_becomes_settings(read):
    settings = read("prefix: 'T:'\nparts:\n  - {kind: motor, name: x, velocity: 2}\n")
    assert settings == BeamlineSettings(prefix="T:", parts=(MotorSettings(name="x", velocity=2.0),))


def test_all_problems_are_told_at_once_with_their_lines(read):
    told = refusal(
        read,
        "seed: -1\nparts:\n  - kind: motor\n    name: x\n    velocity: -1\n    colour: red\n",
    )
    lines = [line.partition("beamline.yml:")[2] for line in told.splitlines()]
    assert [line.partition(" ")[0] for line in lines] == ["1:", "5:", "6:"]
    assert "velocity" in lines[1]
    assert "there is no such key" in lines[2]


def test_an_unknown_kind_is_told_with_the_known_ones(read):
    told = refusal(read, "parts:\n  - kind: motr\n    name: x\n")
    assert "beamline.yml:2: parts.0: there is no kind motr; there are 'ring'," in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parts: [", "is not YAML"),
        ("- motor", "keys and values"),
        ("", "keys and values"),
        ("seed: 1\nseed: 2\n", ":2: this is not YAML"),
        ("prefix: 'no spaces'\n", "prefix"),
        ("time_factor: .nan\n", "finite"),
        ("parts: !!python/object/apply:os.system [echo]\n", ":1: values have no tags"),
        ("seed: !!int 1\n", "leave !!int out"),
        ("parts:\n  - !x {kind: ring}\n", ":2: values have no tags here: leave !x out."),
        ("prefix: 'A:fault:'\n", "without ':fault:'"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"prefix: " + b"x" * LARGEST_FILE, "bytes"),
    ],
    ids=[
        "cut",
        "list",
        "empty",
        "twice",
        "spaces",
        "nan",
        "python",
        "standard",
        "own",
        "fault",
        "binary",
        "large",
    ],
)
def test_what_is_no_beamline_is_refused(read, text, words):
    assert words in refusal(read, text)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("{kind: motor, name: m1}", "two parts have the name 'm1'"),
        ("{kind: motor, name: 'a:fault:b'}", "'fault' between colons"),
        ("{kind: ring, copies: 2}", "one ring"),
        ("{kind: filters, filters: [{material: Foo}]}", "'Foo' is no element"),
        ("{kind: mca, traces: {Xx: 0.1}}", "there is no element 'Xx'"),
    ],
    ids=["name", "fault", "ring", "filter", "element"],
)
def test_a_part_that_cannot_be_is_told_with_its_line(read, second, words):
    told = refusal(read, f"parts:\n  - {{kind: motor, name: m, copies: 2}}\n  - {second}\n")
    assert "beamline.yml:3: parts.1" in told
    assert words in told
    assert "\n" not in told


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yml cannot be read: No such file"):
        load(tmp_path / "none.yml")


def test_what_is_written_is_read_back(read):
    settings = BeamlineSettings(
        prefix="A:",
        time_factor=1e-3,
        parts=(
            MotorSettings(name="sample:x", resolution=1e-9, description="drehen: 'so' # oder"),
            SoftSettings(name="mode", type="choice", choices=("on", "off"), value="off"),
            FiltersSettings(filters=(FilterSettings(material="Cu", thickness=0.01),)),
            ChamberSettings(name="If", gas={"Ar": 1.0}),
        ),
    )
    assert read(dump(settings)) == settings


@given(
    st.text(st.characters(max_codepoint=255), max_size=39).filter(str.isprintable),
    st.floats(1e-9, 1e6),
)
def test_any_description_and_number_survive(description, resolution):
    motor = MotorSettings(name="x", description=description, resolution=resolution)
    settings = BeamlineSettings(parts=(motor,))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "b.yml")
        path.write_text(dump(settings), encoding="utf-8")
        assert load(path) == settings
