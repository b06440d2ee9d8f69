"""``blueline config …`` and ``blueline new …``."""

import json
import re
import sys

import pytest
from typer.testing import CliRunner

from blueline.config.commands import app, new
from blueline.config.finding import VARIABLE


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    runner = CliRunner()

    def ran(*words, answers=""):
        command = new if words[0] in {"beamline", "session"} else app
        return runner.invoke(command, list(words), input=answers)

    return ran


@pytest.fixture
def example(run, tmp_path):
    """The example in a folder called ``mine``."""
    assert run("beamline", "mine").exit_code == 0
    return tmp_path / "mine"


def test_the_example_has_no_problem(run, example):
    done = run("check", "mine")
    assert done.output.startswith("mine: 24 devices, sessions default, alignment: nothing is wrong")
    assert done.exit_code == 0


def test_an_example_overwrites_nothing(run, example):
    (example / "beamline.yml").write_text("mine")
    done = run("beamline", "mine")
    assert (done.exit_code, "choose another name" in done.output) == (1, True)
    assert (example / "beamline.yml").read_text() == "mine"


@pytest.mark.parametrize("name", ["../out", "", "a b", "x" * 100, "-"])
def test_an_example_stays_in_its_folder(run, tmp_path, name):
    assert run("beamline", "--", name).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_problems_are_told_as_file_line_sentence(run, example):
    with (example / "motors" / "motors.yml").open("a") as file:
        file.write("  - {name: x, prefix: other}\n")
    done = run("check", "mine")
    assert done.exit_code == 1
    assert done.output.startswith("mine/motors/motors.yml:14: x: the name stands twice: first at")


def test_a_class_that_a_folder_gives_to_many_is_told_once(run, example):
    defaults = example / "motors" / "__init__.yml"
    defaults.write_text(defaults.read_text().replace("devices.Motor", "devices.Moter"))
    done = run("check", "mine")
    assert done.output == (
        "mine/motors/__init__.yml:4: bragg and 9 others: devices.Moter is not there: "
        "devices has no Moter, did you mean Motor?\n"
    )


def test_what_is_written_wrongly_for_many_is_told_once(run, example):
    defaults = example / "motors" / "__init__.yml"
    defaults.write_text(defaults.read_text().replace("devices.Motor", "Motor"))
    done = run("check", "mine")
    assert done.output == (
        "mine/motors/__init__.yml:4: devices: bragg and 9 others: class: a class is written as "
        "devices.Motor or package.module:Class, not 'Motor'\n"
    )


def test_classes_that_are_not_there_are_told_unless_offline(run, example):
    (example / "more.yml").write_text("devices: [{name: q, class: devices.Gone}]\n")
    assert "more.yml:1: q: devices.Gone is not there" in run("check", "mine").output
    assert run("check", "mine", "--offline").exit_code == 0


def test_without_a_beamline_the_way_to_one_is_told(run):
    done = run("check")
    assert (done.exit_code, "blueline new beamline NAME" in done.output) == (1, True)


def test_devices_are_listed_with_channels_and_places(run, example):
    lines = run("show", "mine").output.splitlines()
    assert any(line.split()[:3] == ["x", "Motor", "BL:sample:x"] for line in lines)
    assert all("yml:" in line for line in lines[:-1])


def test_who_consumes_the_documents_is_listed_beside_the_devices(run, example):
    file = example / "beamline.yml"
    own = "    own: [{name: table, class: callbacks.csv_consumer, arguments: {root: a}}]\n"
    file.write_text(f"{file.read_text()}\n  consumers:\n    csv: false\n{own}")
    assert run("show", "mine").output.splitlines()[-1] == (
        "consumers: spec, xdi, nexus, results, plot, table (callbacks.csv_consumer); without csv"
    )


def test_one_device_is_shown_with_what_it_inherits(run, example):
    assert "class: devices.Motor" in run("show", "mine", "--device", "x").output


def test_the_schema_is_json_and_strict(run):
    schema = json.loads(run("schema").output)
    assert schema["additionalProperties"] is False
    assert "class" in schema["$defs"]["DeviceModel"]["required"]


def test_two_beamlines_are_compared(run, example, tmp_path):
    run("beamline", "other")
    file = tmp_path / "other" / "motors" / "motors.yml"
    file.write_text(file.read_text().replace("sample:x", "sample:xx"))
    done = run("diff", "mine", "other")
    assert done.output.splitlines() == [
        "beamline.name: 'mine' → 'other'",
        "devices.x.prefix: '$(P)sample:x' → '$(P)sample:xx'",
    ]
    assert done.exit_code == 1
    assert run("diff", "mine", "mine").exit_code == 0


def test_a_file_of_others_is_imported_into_a_new_file(run, tmp_path):
    (tmp_path / "devices.yml").write_text("ophyd.Signal:\n- {name: a}\n")
    assert "  - name: a" in run("import", "devices.yml").output
    assert run("import", "devices.yml", "--to", "got.yml").exit_code == 0
    assert run("import", "devices.yml", "--to", "got.yml").exit_code == 1
    assert run("import", "nothing.json").exit_code == 1


def test_a_value_is_changed_in_its_file_and_comments_stay(run, example):
    optics = example / "optics.yml"
    before = optics.read_text()
    done = run("set", "filters", "arguments.number=3", "labels=[optic]", "-b", "mine")
    assert (done.exit_code, done.output) == (0, "mine/optics.yml: filters is changed\n")
    after = optics.read_text()
    assert "number: 3" in after
    assert [line for line in before.splitlines() if "#" in line] == [
        line for line in after.splitlines() if "#" in line
    ]
    assert "number: 3" in run("show", "mine", "--device", "filters").output


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("enabled=perhaps", "enabled: true or false is needed"),
        ("nonsense", "write KEY=VALUE"),
        ("prefix.below=1", "nothing below it"),
        ("arguments={bragg: $nobody}", "nobody"),
        ("colour=red", "there is no key colour"),
    ],
)
def test_what_would_be_wrong_changes_nothing(run, example, word, told):
    before = {path: path.read_text() for path in example.rglob("*.yml")}
    done = run("set", "shutter", word, "-b", "mine")
    assert (done.exit_code, told in done.output) == (1, True), done.output
    assert {path: path.read_text() for path in example.rglob("*.yml")} == before


def test_an_argument_that_a_class_does_not_take_changes_nothing(run, example):
    before = (example / "optics.yml").read_text()
    done = run("set", "filters", "arguments.number=abc", "-b", "mine")
    assert (done.exit_code, done.output) == (
        1,
        "mine/optics.yml:13: filters: arguments.number: a whole number is needed, not 'abc'\n",
    )
    assert (example / "optics.yml").read_text() == before


def test_a_session_is_added_and_the_rest_of_the_file_stays(run, example):
    before = (example / "sessions.yml").read_text()
    made = run("session", "users", "-b", "mine")
    assert made.output == (
        "mine/sessions.yml describes it, mine/setup/users.py runs first\n"
        "`blueline shell mine --session users` opens it\n"
    )
    head, _, rest = before.partition("\nsuspenders:")
    added = (example / "sessions.yml").read_text()
    assert added.startswith(head.rstrip())
    assert added.endswith(f"suspenders:{rest}")
    assert "  - name: users\n    setup: setup/users.py\n" in added
    assert run("check", "mine").output.startswith("mine: 24 devices, sessions default, alignment, ")
    compile((example / "setup" / "users.py").read_text(), "users.py", "exec")


def test_the_first_session_of_a_beamline_gets_a_file(run, example):
    (example / "sessions.yml").unlink()
    assert run("session", "users", "-b", "mine").exit_code == 0
    assert run("sessions", "mine").output == "users  25 devices\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [("alignment", "there is a session alignment already, at mine/sessions"), ("9 x", "9 x: ")],
)
def test_a_session_that_cannot_be_added_changes_nothing(run, example, name, said):
    before = (example / "sessions.yml").read_text()
    made = run("session", name, "-b", "mine")
    assert made.exit_code == 1
    assert said in made.output
    assert (example / "sessions.yml").read_text() == before
    assert not (example / "setup" / f"{name}.py").exists()


def test_all_sessions_are_listed(run, example):
    lines = run("sessions", "mine").output.splitlines()
    assert re.fullmatch(r"default +\d+ devices +All devices", lines[0])
    assert re.match(r"alignment +\d+ devices +Slits, sample", lines[1])


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Have the editor do something with the text, each time the next thing."""

    def replace(*pairs):
        for number, pair in enumerate(pairs):
            (tmp_path / f"turn{number}").write_text(json.dumps(pair))
        script = tmp_path / "editor.py"
        script.write_text(
            "import json, pathlib, sys\n"
            f"turn = min(pathlib.Path({str(tmp_path)!r}).glob('turn*'))\n"
            "old, new = json.loads(turn.read_text())\n"
            "turn.unlink()\n"
            "path = pathlib.Path(sys.argv[1])\n"
            "text = path.read_text()\n"
            "assert old in text\n"
            "path.write_text(text.replace(old, new))\n"
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
        monkeypatch.delenv("VISUAL", raising=False)

    return replace


def test_what_is_edited_is_put_in_place_when_nothing_is_wrong(run, example, editor):
    editor(("time_factor: 1.0 ", "time_factor: 7.5 "))
    assert run("edit", "-b", "mine").output == "mine/beamline.yml is changed\n"
    assert "time_factor: 7.5      # simulated" in (example / "beamline.yml").read_text()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("tiem_factor", "no key simulation.tiem_factor"), ("seed: [", "beamline.yml:")],
)
def test_what_is_wrong_is_told_and_edited_again(run, example, editor, wrong, said):
    editor(("time_factor", wrong), (wrong, "time_factor"))
    before = (example / "beamline.yml").read_text()
    made = run("edit", "-b", "mine", answers="y\n")
    assert said in made.output
    assert made.output.endswith("mine/beamline.yml stays as it was\n")
    assert (example / "beamline.yml").read_text() == before


def test_a_class_that_is_not_there_is_wrong_too_and_may_be_given_up(run, example, editor):
    editor(("devices.Scaler", "devices.Scalar"))
    before = (example / "readout.yml").read_text()
    made = run("edit", "scaler", "-b", "mine", answers="n\n")
    assert made.exit_code == 1
    assert "devices has no Scalar" in made.output
    assert "mine/readout.yml stays as it was" in made.output
    assert (example / "readout.yml").read_text() == before


def test_the_form_of_a_class_has_all_it_takes_and_is_a_description(run, example):
    text = run("form", "devices.Scaler").output
    assert "counters" in text
    assert "#   monitor: null" in text
    shutter = run("form", "devices.Shutter").output
    (example / "more.yml").write_text(shutter.replace("shutter", "more"))
    assert run("check", "mine").output.startswith("mine: 25 devices")
    assert "is in none of the packages" in str(run("form", "os.system").exception)
