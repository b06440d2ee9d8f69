"""All files of a folder are one configuration; all that is wrong is told at once."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.config.class_checks import class_problems
from blueline.config.errors import ConfigError
from blueline.config.file_model import LISTS, FileModel
from blueline.config.loading import load_configuration
from blueline.config.validation import keys_of
from blueline.yaml_text import word

#: All keys of all models, with values that nobody has foreseen.
KEYS = sorted({key for model in (FileModel, *LISTS.values()) for key in keys_of(model)})
SCALARS = st.sampled_from(
    [None, True, 0, -1.5, "x", "$x", "$x.y", "$(P)", "ophyd.Signal", "os.system", "*", "["]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=30,
)
SIGNAL = "devices:\n  - {name: s, class: ophyd.Signal}\n"


def test_all_files_below_a_folder_are_read_in_the_order_of_their_names(write):
    write(folder="b", two="devices: [{name: two, class: ophyd.Signal}]")
    folder = write(a="devices: [{name: one, class: ophyd.Signal}]", c=SIGNAL)
    assert load_configuration(folder).objects == ["one", "two", "s"]


def test_a_folder_without_beamline_yml_is_no_beamline(tmp_path):
    with pytest.raises(ConfigError, match="blueline new beamline NAME"):
        load_configuration(tmp_path)


def test_hidden_folders_state_and_data_are_left_out(write):
    for folder in (".git", "_old", "state", "data"):
        write(folder=folder, bad="nonsense: [")
    assert load_configuration(write(good=SIGNAL)).objects == ["s"]


def test_the_file_of_the_simulation_is_left_out(write):
    folder = write(sim="parts: []")
    (folder / "beamline.yml").write_text("beamline: {name: b, simulation: {file: sim.yml}}\n")
    assert load_configuration(folder).objects == []


def test_keys_of_a_folder_are_inherited_by_what_is_below_it(write):
    write(
        folder="m",
        __init__="defaults: {class: ophyd.Signal, labels: [motor], settings: {a: 1, b: 2}}",
        m="devices:\n  - {name: one}\n  - {name: two, labels: [], settings: {b: 3}}\n",
    )
    folder = write(folder="m/inner", inner="devices: [{name: three, class: ophyd.Device}]")
    found = {name: each.written for name, each in load_configuration(folder).device_entries.items()}
    assert [each.class_ for each in found.values()] == [
        "ophyd.Device",
        "ophyd.Signal",
        "ophyd.Signal",
    ]
    assert found["three"].labels == ["motor"]
    assert found["two"].labels == []
    assert found["two"].settings == {"a": 1, "b": 3}


def test_the_nearest_folder_counts_most(write):
    write(folder="m", __init__="defaults: {class: ophyd.Signal, location: hutch}")
    folder = write(
        folder="m/n",
        __init__="defaults: {class: ophyd.Device}",
        n="devices: [{name: n}]",
    )
    entry = load_configuration(folder).device_entries["n"].written
    assert (entry.class_, entry.location) == ("ophyd.Device", "hutch")


def test_every_problem_of_every_file_is_told_with_its_line(problems):
    told = problems(
        a="devices:\n  - name: x\n    clas: ophyd.Signal\n  - {name: y, class: 5}\n",
        b="devices:\n  - {name: 1x, class: ophyd.Signal}\n"
        "  - {name: z, class: ophyd.Signal, later: 1}\n",
        c="what: 1\n",
        d="devices: {}\n",
        e="- a\n",
    )
    assert [line.split(": ")[0] for line in told] == [
        *("a.yml:2", "a.yml:3", "a.yml:4", "b.yml:2", "b.yml:3"),
        *("c.yml:1", "d.yml:1", "e.yml:1"),
    ]
    assert told[1] == "a.yml:3: devices: x: there is no key clas: did you mean class?"
    assert told[4] == "b.yml:3: devices: z: later: true or false is needed, not 1"


def test_numbers_are_not_taken_for_text_nor_text_for_numbers(problems):
    told = problems(
        a="devices: [{name: x, class: ophyd.Signal, prefix: 5}]",
        b="suspenders: [{name: g, signal: $x, low: '5'}]",
    )
    assert "a number goes into quotes, not 5" in told[0]
    assert "a number is needed, not '5'" in told[1]


def test_a_beamline_is_described_in_one_place(problems):
    assert problems(other="beamline: {name: b}")[0].startswith("other.yml:1: the key beamline")


def test_defaults_stand_in_their_own_file(problems):
    assert problems(other="defaults: {class: ophyd.Signal}")[0].startswith("other.yml:1: defaults")


def test_a_name_is_no_default(problems):
    assert "name" in problems(__init__="defaults: {name: x}")[0]


def test_a_beamline_needs_its_name(write):
    folder = write()
    (folder / "beamline.yml").write_text("devices: []\n")
    with pytest.raises(ConfigError, match="the key beamline is needed"):
        load_configuration(folder)


@pytest.mark.parametrize(
    "key", ["queue: {control: '10.0.0.1:60615'}", "stream: {address: '0.0.0.0:5577'}"]
)
def test_what_can_be_reached_from_elsewhere_needs_keys(write, key):
    folder = write()
    (folder / "beamline.yml").write_text(f"beamline:\n  name: b\n  {key}\n")
    with pytest.raises(ConfigError, match="can be reached from elsewhere: give keys"):
        load_configuration(folder)


def test_a_formula_that_cannot_be_computed_is_told(problems):
    told = problems(
        g="groups:\n  - {name: g, counters: [s], formulas: {m: __import__('os')}}", s=SIGNAL
    )
    assert told[0].startswith("g.yml:2")


def test_limits_of_a_guard_are_in_order(problems):
    told = problems(g="suspenders: [{name: g, signal: $s, low: 5, resume_low: 3}]", s=SIGNAL)
    assert "in this order: low, resume_low" in told[0]


def test_a_file_that_cannot_be_read_hides_no_other(problems):
    told = problems(a="devices: [", b="nothing: 1\n", c="sessions: [{name: s, counters: [gone]}]")
    assert [line.split(":")[0] for line in told] == ["a.yml", "b.yml"]


@given(st.dictionaries(st.sampled_from(keys_of(FileModel)), TREES, max_size=6))
def test_whatever_the_keys_hold_is_taken_or_refused(tmp_path_factory, tree):
    folder = tmp_path_factory.mktemp("any")
    (folder / "beamline.yml").write_text(f"{word(tree)}\n")
    with contextlib.suppress(ConfigError):
        load_configuration(folder)


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=6), max_size=3))
def test_whatever_devices_say_is_taken_or_refused(tmp_path_factory, items):
    folder = tmp_path_factory.mktemp("any")
    (folder / "beamline.yml").write_text("beamline: {name: b}\n")
    for key in LISTS:
        (folder / f"{key}.yml").write_text(f"{key}: {word(items)}\n")
    with contextlib.suppress(ConfigError):
        load_configuration(folder)


def test_a_word_that_two_readers_take_differently_hides_nothing_else_of_its_file(problems):
    told = problems(
        a="devices:\n"
        "  - {name: x, class: ophyd.Signal, later: NO}\n"
        "  - {name: x, class: ophyd.Signal, prefix: '$(Q)x'}\n"
        "groups: [{name: g, counters: [nothing]}]\n"
    )
    assert [line.partition(" ")[0] for line in told] == [
        "a.yml:2:",
        "a.yml:3:",
        "a.yml:3:",
        "a.yml:4:",
    ]
    assert "NO is a truth" in told[0]
    assert "the name stands twice" in " ".join(told)
    assert "$(Q) stands for nothing" in " ".join(told)
    assert "g: there is no device nothing" in told[3]


def test_what_is_wrong_with_a_device_hides_nothing_else_of_it(problems):
    told = problems(
        a="devices:\n"
        "  - {name: 2x, class: ophyd.Signal, prefix: BL:m1}\n"
        "  - {name: y, class: ophyd.Signal, prefix: BL:m1, tolerence: 3, labels: 5}\n"
        "groups: [{name: g, counters: [nothing], formulas: {mu: 1+}}]\n"
    )
    assert len(told) == 6
    assert any(line.startswith("a.yml:3: y: BL:m1 is 2x already") for line in told)
    assert any("g: there is no device nothing" in line for line in told)


def test_classes_are_looked_at_where_something_else_is_wrong_and_under_a_name_of_another(write):
    folder = write(
        a="devices:\n"
        "  - {name: x, class: ophyd.Signal}\n"
        "  - {name: x, class: ophyd.Signl, tolerence: 3}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_configuration(folder, class_problems)
    told = str(caught.value)
    for words in ("the name stands twice", "no key tolerence", "ophyd.Signl is not there"):
        assert words in told


def test_macros_and_packages_that_could_not_be_read_are_not_said_to_be_missing(problems):
    told = problems(
        beamline="beamline: {name: b, macros: {P: 'BL:'}, packages: [mine]\n",
        a="devices: [{name: x, class: mine.Motor, prefix: '$(P)x'}]\n",
    )
    assert len(told) == 1
    assert "this is not YAML" in told[0]


def test_a_name_that_is_a_word_of_python_is_told_once(problems):
    assert problems(a="devices: [{name: import, class: ophyd.Signal}]") == [
        "a.yml:1: devices: import: name: 'import' is a word of Python: give it another name"
    ]


def test_what_a_sentence_says_already_is_not_said_again(problems):
    (told,) = problems(
        a="devices: [{name: x, class: ophyd.Signal}]",
        g="groups: [{name: g, counters: [x], formulas: {mu: log(x/It}}]",
    )
    assert told.count("log(x/It") == 1


def test_a_word_that_is_none_of_those_allowed_is_told_with_the_nearest(problems, tmp_path):
    text = "beamline: {name: b, data: {policy: ESRF}, ctrl_c: panic}"
    (tmp_path / "beamline.yml").write_text(text)
    assert problems() == [
        "beamline.yml:1: beamline: ctrl_c: ask, stop, abort or pause is needed, not 'panic'",
        "beamline.yml:1: beamline: data.policy: none, simple or esrf is needed, not 'ESRF': "
        "did you mean esrf?",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a/b", "name: letters, digits, _, ., - and spaces are needed, not 'a/b'"),
        ("name: b, settings: 'mysql://x'", "settings: sqlite is needed, or redis://host:port/db, "),
        ("name: b, packages: [../x]", "packages.0: the name of a package is needed, such as "),
        ("name: b, macros: {P-1: a}", "macros.P-1: letters, digits and _ are needed, a letter "),
        ("name: b, facility: [a]", "facility: text is needed, not a list"),
        ("name: b, data: {root: 5}", "data.root: text is needed; a number goes into quotes, not 5"),
        ("name: b, metadata: {uid: 5}", "metadata: metadata have names without . and /, and not "),
    ],
)
def test_what_is_written_otherwise_than_needed_is_told_with_what_is_needed(
    problems, tmp_path, text, told
):
    (tmp_path / "beamline.yml").write_text(f"beamline: {{{text}}}")
    assert problems()[0].startswith(f"beamline.yml:1: beamline: {told}")


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("5", "formulas.mu: text is needed; a number goes into quotes, not 5"),
        (
            "{expresion: I0}",
            "there is no key formulas.mu.expresion: did you mean expression?",
        ),
        ("{expression: I0, precision: 99}", "formulas.mu.precision: 15 or less is needed, not 99"),
    ],
)
def test_a_formula_that_is_written_wrongly_is_told_in_words_of_its_own_keys(
    problems, formula, told
):
    found = problems(g=f"groups: [{{name: g, counters: [g], formulas: {{mu: {formula}}}}}]")
    assert f"g.yml:1: groups: g: {told}" in found
    assert not any("FormulaModel" in each or "keys and values" in each for each in found)


@pytest.mark.parametrize("prefix", ["${P}x", "$(Px"])
def test_a_macro_that_is_written_otherwise_is_told(problems, prefix):
    (told,) = problems(a=f"devices: [{{name: x, class: ophyd.Signal, prefix: '{prefix}'}}]")
    assert told == f"a.yml:1: x: {prefix[:2]} begins no macro: write $(NAME)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a: 1\n", "a file has keys and values: "),
        ("devices: {x: 1}\n", "devices: a list is needed, each item with a -"),
        ("devices:\n  - x\n", "devices: one of them: keys and values are needed, not 'x'"),
        ("divices: []\n", "there is no key divices: did you mean devices?"),
    ],
)
def test_what_nobody_knows_to_be_there_is_not_missed(problems, text, told):
    found = problems(a=text, s="sessions: [{name: s, devices: [x], counters: [x]}]")
    assert len(found) == 1
    assert told in found[0]


def test_of_a_line_that_is_wrong_as_yaml_nothing_else_is_told(write):
    folder = write(a="devices: [{name: f, class: devices.Filters, arguments: {number: 04}}]\n")
    with pytest.raises(ConfigError) as caught:
        load_configuration(folder, class_problems)
    (told,) = caught.value.problems
    assert told.sentence.startswith("04 has a leading zero")


def test_a_description_whose_name_ends_otherwise_is_told(problems, tmp_path):
    (tmp_path / "motors.yaml").write_text("# axes\ndevices: []\n")
    (tmp_path / "other.yaml").write_text("version: 3\n")
    assert problems() == [
        "motors.yaml: it describes a beamline, and is not read: its name has to end in .yml"
    ]


def test_a_simulation_whose_file_is_not_there_is_told(problems, tmp_path):
    text = "beamline:\n  name: b\n  simulation:\n    file: sim.yml\n"
    (tmp_path / "beamline.yml").write_text(text)
    assert problems() == ["beamline.yml:4: beamline: simulation.file: there is no file sim.yml"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "class: bluesky.suspenders.SuspendFloor, low: 5",
            "low: a guard with a class has arguments in their place",
        ),
        ("low: 5, resume_high: 20", "resume_high needs high"),
    ],
)
def test_a_limit_of_a_guard_that_would_be_left_out_is_refused(problems, text, told):
    found = problems(
        a="devices: [{name: x, class: ophyd.Signal}]",
        s=f"suspenders: [{{name: g, signal: $x, {text}}}]",
    )
    assert found == [f"s.yml:1: suspenders: g: {told}"]


def test_a_prefix_with_a_space_is_refused(problems):
    (told,) = problems(a="devices: [{name: x, class: ophyd.Signal, prefix: 'a b'}]")
    assert told == "a.yml:1: devices: x: prefix: names of channels have no spaces, not 'a b'"
