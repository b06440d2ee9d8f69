"""Y1 to Y4: a configuration that is wrong is refused, with every problem and its line, at once."""

import os
import time
from pathlib import Path

import pytest

from blueline.config import ConfigError, load_configuration
from blueline.config.example_beamline import write_example

#: Seconds of work, on however busy a machine, within which anything is refused.
SOON = 1.0


@pytest.fixture
def beamline(tmp_path: Path) -> Path:
    """The example, for a test to break."""
    return write_example("broken", tmp_path)


def refused(folder: Path) -> list[str]:
    """Give what is wrong, as ``file:line: sentence`` with the file inside the folder."""
    with pytest.raises(ConfigError) as caught:
        load_configuration(folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def add(folder: Path, text: str, name: str = "zz.yml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_the_example_is_right(beamline):
    assert load_configuration(beamline).name == "broken"


def test_y1_unknown_and_missing_keys_and_wrong_types_are_listed_together(beamline):
    add(
        beamline,
        "devices:\n"
        "  - name: a\n"
        "    class: devices.Motor\n"
        "    lables: [motor]\n"
        "  - name: b\n"
        "  - {name: c, class: devices.Motor, prefix: 12}\n"
        "  - {name: d, class: Motor}\n"
        "suspenders:\n"
        "  - {name: g, signal: $ring_current, low: 20 mA}\n",
    )
    assert refused(beamline) == [
        "zz.yml:4: devices: a: there is no key lables: did you mean labels?",
        "zz.yml:5: devices: b: class: this key is needed",
        "zz.yml:6: devices: c: prefix: text is needed; a number goes into quotes, not 12",
        "zz.yml:7: devices: d: class: a class is written as devices.Motor or "
        "package.module:Class, not 'Motor'",
        "zz.yml:9: suspenders: g: low: a number is needed, not '20 mA'",
    ]


def test_y1_problems_of_several_files_are_listed_together(beamline):
    add(beamline, "devices: [{name: a}]\n", "aa.yml")
    add(beamline, "device: []\n")
    text = (beamline / "beamline.yml").read_text()
    (beamline / "beamline.yml").write_text(text.replace("port: 5064", "port: 99999"))
    told = refused(beamline)
    assert [each.split(":")[0] for each in told] == ["beamline.yml", "aa.yml", "zz.yml"]
    assert "65535 or less is needed, not 99999" in told[0]
    assert told[2] == "zz.yml:1: there is no key device: did you mean devices?"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("devices:\n  - {name: a, class: x.Y, class: x.Z}\n", 2, "class stands twice"),
        ("devices: []\ngroups: []\ndevices: []\n", 3, "devices stands twice: first in line 1"),
        ("beamline:\n  name: 1e5\n", 2, "1e5 is a number to some readers"),
        ("sessions:\n  - name: NO\n", 2, "NO is a truth to some readers"),
        ("devices:\n  - name: a\n    location: 010\n", 3, "leading zero"),
        ("devices:\n  - location: 12:30:00\n", 2, "base 60 or a time"),
        ("devices:\n\t- name: a\n", 2, "a tab"),
        ("\ufeffdevices: []\n", 1, "byte order mark"),
        ("", 1, "nothing in it"),
        ("# nothing yet\n", 1, "nothing in it"),
        ("just words\n", 1, "a file has keys and values"),
    ],
)
def test_y2_what_readers_would_misunderstand_is_refused_with_its_line(beamline, text, line, words):
    add(beamline, text)
    told = refused(beamline)
    assert any(each.startswith(f"zz.yml:{line}: ") and words in each for each in told)


@pytest.mark.parametrize(
    "data", [os.urandom(2000), b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00"]
)
def test_y2_a_binary_file_is_refused(beamline, data):
    (beamline / "zz.yml").write_bytes(data)
    assert refused(beamline)[0].startswith("zz.yml:")


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        "[" * 20_000,
        "{a: " * 15_000,
        "- " * 30_000,
        "devices: " + "[" * 50_000 + "]" * 50_000,
        "a: '" + "\n" * 60_000,
    ],
    ids=["aliases", "lists", "mappings", "items", "large", "quote"],
)
def test_y3_what_would_take_for_ever_is_refused_soon(beamline, text):
    add(beamline, text)
    started = time.thread_time()
    assert refused(beamline)[0].startswith("zz.yml:")
    assert time.thread_time() - started < SOON


def test_y3_a_hundred_megabytes_are_refused_soon(beamline):
    with (beamline / "zz.yml").open("wb") as file:
        file.truncate(100_000_000)
    started = time.thread_time()
    assert "100000000 bytes" in refused(beamline)[0]
    assert time.thread_time() - started < SOON


def test_y3_a_pipe_is_not_waited_for(beamline):
    os.mkfifo(beamline / "zz.yml")
    started = time.thread_time()
    assert refused(beamline) == ["zz.yml: this is no file"]
    assert time.thread_time() - started < SOON


def test_y4_two_devices_with_one_name_are_refused_with_both_places(beamline):
    add(beamline, "devices:\n  - {name: theta, class: devices.Motor, prefix: other}\n")
    places = {f"{beamline}/motors/motors.yml:9", "zz.yml:2"}
    (told,) = refused(beamline)
    assert told.startswith("zz.yml:2: theta: the name stands twice: first at ")
    assert all(place in told for place in places)


def test_y4_two_devices_with_one_channel_are_refused_with_both_places(beamline):
    add(beamline, "devices:\n  - {name: again, class: devices.Motor, prefix: BL:sample:theta}\n")
    (told,) = refused(beamline)
    assert told.startswith("zz.yml:2: again: BL:sample:theta is theta already, at ")
    assert "motors/motors.yml:9" in told


def test_s5_tags_make_nothing(beamline, tmp_path):
    proof = tmp_path / "proof"
    for tag in (f"!!python/object/apply:os.mkdir ['{proof}']", "!!python/name:os.system", "!own x"):
        add(beamline, f"devices: {tag}\n")
        assert refused(beamline)[0].startswith("zz.yml:1: values have no tags here")
    assert not proof.exists()


@pytest.mark.parametrize(
    "path", ["os.mkdir", "subprocess.Popen", "builtins:eval", "ophyd:os.mkdir"]
)
def test_s5_classes_of_the_system_are_neither_made_nor_called(beamline, tmp_path, path):
    from blueline.config import make_beamline

    text = (beamline / "beamline.yml").read_text()
    (beamline / "beamline.yml").write_text(text)
    add(beamline, f"devices:\n  - {{name: evil, class: '{path}', prefix: {tmp_path}/proof}}\n")
    if path.startswith("ophyd"):
        add(beamline, "sessions: [{name: evil_only, devices: [evil]}]\n", "yy.yml")
        made = make_beamline(load_configuration(beamline), "evil_only", tmp_path)
        assert "evil" in made.failed
        made.destroy()
    else:
        assert "in none of the packages" in refused(beamline)[0]
    assert not (tmp_path / "proof").exists()
