"""What only the whole configuration shows."""

import pytest


def devices(*items):
    return "devices:\n" + "".join(f"  - {{class: ophyd.Signal, {item}}}\n" for item in items)


def test_a_name_that_stands_twice_is_told_with_both_places(problems, tmp_path):
    told = problems(a=devices("name: x"), b=devices("name: y", "name: x"))
    assert told == [f"b.yml:3: x: the name stands twice: first at {tmp_path}/a.yml:2"]


def test_a_group_may_not_have_the_name_of_a_device(problems):
    told = problems(a=devices("name: x"), g="groups: [{name: x, counters: [x]}]")
    assert any("the name stands twice" in line for line in told)


def test_a_channel_that_stands_twice_is_told_with_both_places(problems, tmp_path):
    told = problems(a=devices("name: x, prefix: BL:m1", "name: y, prefix: BL:m1.VAL"))
    assert told[0].startswith(f"a.yml:3: y: BL:m1 is x already, at {tmp_path}/a.yml:2")


def test_a_channel_may_be_shared_on_purpose(loaded):
    shared = devices("name: x, prefix: BL:m1", "name: y, prefix: BL:m1, shares_channels: true")
    assert loaded(a=shared).objects == ["x", "y"]


def test_a_device_that_is_off_takes_no_channel(loaded):
    off = devices("name: x, prefix: BL:m1", "name: y, prefix: BL:m1, enabled: false")
    assert loaded(a=off).objects == ["x"]


def test_macros_are_replaced_before_channels_are_compared(write, problems):
    folder = write()
    (folder / "beamline.yml").write_text("beamline: {name: b, macros: {P: 'BL:'}}\n")
    told = problems(a=devices("name: x, prefix: BL:m1", "name: y, prefix: $(P)m1"))
    assert "BL:m1 is x already" in told[0]


def test_a_macro_that_stands_for_nothing_is_told(problems):
    assert "$(Q) stands for nothing" in problems(a=devices("name: x, prefix: $(Q)m1"))[0]


def test_a_reference_to_nothing_is_told_with_what_was_meant(problems):
    told = problems(a=devices("name: bragg", "name: e, arguments: {value: [$brag]}"))
    assert told == ["a.yml:3: e: there is no device brag: did you mean bragg?"]


def test_a_circle_of_references_is_named(problems):
    told = problems(
        a=devices(
            "name: x, arguments: {value: $y}",
            "name: y, arguments: {value: {deep: [$z.part]}}",
            "name: z, arguments: {value: $x}",
        )
    )
    assert told == ["a.yml:2: x: is made of itself: x → y → z → x"]


def test_a_group_of_itself_is_named(problems):
    assert "g → g" in problems(a="groups: [{name: g, counters: [g]}]")[0]


def test_a_long_chain_is_no_circle(loaded):
    chain = [f"name: d{n}, arguments: {{value: $d{n + 1}}}" for n in range(300)]
    assert len(loaded(a=devices(*chain, "name: d300")).objects) == 301


def test_sessions_that_include_each_other_are_named(problems):
    told = problems(s="sessions:\n  - {name: a, include: [b]}\n  - {name: b, include: [a]}\n")
    assert told == ["s.yml:2: a: includes itself: a → b → a"]


def test_what_a_session_names_must_be_there(problems):
    told = problems(
        a=devices("name: x"),
        s=(
            "sessions:\n  - name: s\n    devices: [x, 'cam*']\n    include: [other]\n"
            "    counters: [det]\n    aliases: {q: w}\n    setup: none.py\n"
        ),
    )
    assert [line.split(" ")[0] for line in told] == [f"s.yml:{n}:" for n in (3, 4, 5, 6, 7)]


def test_an_alias_hides_no_device(problems):
    told = problems(a=devices("name: x", "name: y"), s="sessions: [{name: s, aliases: {x: y}}]")
    assert "the alias x is a device already" in told[0]


def test_classes_of_other_packages_are_refused(problems):
    told = problems(
        a="devices:\n  - {name: x, class: subprocess.Popen}\n",
        b=devices("name: y, arguments: {value: {class: os.system, arguments: {command: ls}}}"),
    )
    assert told[0].startswith("a.yml:2: x: subprocess.Popen is in none of the packages")
    assert told[1].startswith("b.yml:2: y: os.system is in none of the packages")


def test_what_is_made_in_place_has_no_other_keys(problems):
    told = problems(a=devices("name: x, arguments: {v: {class: ophyd.Signal, argument: {}}}"))
    assert told[0].startswith("a.yml:2: x: what is made in place has a class and arguments")


def test_a_beamline_may_name_its_own_packages(write, loaded):
    folder = write()
    (folder / "beamline.yml").write_text("beamline: {name: b, packages: [mine]}\n")
    assert loaded(a="devices: [{name: x, class: mine.Thing}]").objects == ["x"]


def test_what_a_session_gives_may_be_referred_to(loaded):
    assert loaded(a=devices("name: a, arguments: {value: [$data_set]}")).objects == ["a"]


@pytest.mark.parametrize("key", ["setup", "synoptic"])
def test_a_file_of_a_session_that_is_not_there_is_told(problems, key):
    told = problems(s=f"sessions:\n  - name: s\n    {key}: gone.file\n")
    assert told == ["s.yml:3: s: there is no file gone.file"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("umv", "a command of the prompt"),
        ("ascan", "a plan, or a word of plans"),
        ("RE", "a part of the session"),
        ("set", "Python's own"),
    ],
)
def test_a_device_that_would_hide_what_can_be_typed_is_refused(problems, name, what):
    sentence = f"the name is {what} already: give it another name"
    assert problems(a=devices(f"name: {name}")) == [f"a.yml:2: {name}: {sentence}"]


def test_a_group_and_an_alias_hide_nothing_that_can_be_typed(problems):
    told = problems(
        a=devices("name: x"),
        g="groups:\n  - name: wa\n    counters: [x]\n",
        s="sessions:\n  - name: s\n    aliases:\n      ascan: x\n",
    )
    assert told == [
        "g.yml:2: wa: the name is a command of the prompt already: give it another name",
        "s.yml:4: s: the alias ascan is a plan, or a word of plans already: give it another name",
    ]


def test_sessions_and_columns_may_be_called_like_commands(loaded):
    group = "groups: [{name: g, counters: [x], formulas: {sum: x + 1}}]"
    assert loaded(a=devices("name: x"), g=group, s="sessions: [{name: align}]").sessions == [
        "align"
    ]


def test_a_session_counts_and_renames_no_device_that_it_does_not_have(problems):
    """BL-30."""
    told = problems(
        a=devices("name: x", "name: mg"),
        s="sessions:\n  - name: s\n    devices: [x]\n    counters: [x, mg]\n    aliases: {q: mg}\n",
    )
    advice = "is not among the devices of this session: add it to devices, or leave it out here"
    assert told == [f"s.yml:4: s: counters: mg {advice}", f"s.yml:5: s: aliases: mg {advice}"]


def test_a_session_has_what_its_devices_refer_to_and_what_it_includes(loaded):
    loaded(
        a=devices("name: x, arguments: {value: $y}", "name: y", "name: z"),
        s="sessions:\n"
        "  - {name: inner, devices: [z]}\n"
        "  - {name: s, devices: [x], include: [inner], counters: [y, z], aliases: {q: y}}\n",
    )


def test_a_counter_that_is_off_for_a_while_may_stay_among_those_of_a_session(loaded):
    off = devices("name: x", "name: y, enabled: false")
    assert loaded(a=off, s="sessions: [{name: s, counters: [x, y]}]").objects == ["x"]


def test_what_a_pattern_or_a_session_may_have_meant_is_asked(problems):
    told = problems(
        a=devices("name: vslit"),
        s="sessions:\n  - name: s\n    devices: ['?slt']\n  - {name: t, include: [z]}\n",
    )
    assert told == [
        "s.yml:3: s: devices: nothing has the name ?slt: did you mean vslit?",
        "s.yml:4: t: there is no session z: there are s, t",
    ]


def test_a_package_that_was_mistyped_is_asked_for(problems):
    told = problems(a="devices: [{name: x, class: ophid.Signal}]")
    assert told[0].endswith("did you mean ophyd?")


def test_a_device_is_no_session_that_can_be_included(problems):
    (told,) = problems(a=devices("name: x"), s="sessions: [{name: s, include: [x]}]")
    assert told == "s.yml:1: s: there is no session x: there are s"


def test_a_word_of_python_is_refused_as_a_name_once(problems):
    (told,) = problems(a=devices("name: class"))
    assert "'class' is a word of Python" in told
