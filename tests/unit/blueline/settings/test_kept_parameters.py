import pytest

from blueline.settings import KeptParameters, SettingsError

DEFAULTS = {"start": 0, "stop": 10}


@pytest.fixture
def fly(settings):
    return KeptParameters(settings, "fly", DEFAULTS)


def test_defaults_are_told_once(fly, others):
    assert dict(KeptParameters(others, "fly")) == DEFAULTS
    assert dict(KeptParameters(others, "fly", DEFAULTS)) == DEFAULTS


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"start": 1}, r"with start=0 by default; parameters\('fly'\)\['start'\] = 1 sets it, .*"),
        ({"strat": 1}, r"without strat; they have start, stop; parameters\('fly'\).add\(strat=1\)"),
    ],
    ids=["another default", "another key"],
)
def test_what_others_have_set_is_not_hidden_by_other_keys_and_defaults(fly, others, told, said):
    fly["stop"] = 5
    with pytest.raises(SettingsError, match=f"the parameters 'fly' are there, {said}"):
        KeptParameters(others, "fly", told)
    assert dict(fly) == {"start": 0, "stop": 5}


def test_some_of_the_keys_hide_no_other(fly, others):
    assert dict(KeptParameters(others, "fly", {"start": 0})) == DEFAULTS


def test_parameters_that_nobody_has_made_are_refused(fly, others):
    with pytest.raises(SettingsError, match="no parameters 'flly'; did you mean fly"):
        KeptParameters(others, "flly")
    assert KeptParameters.names(others) == ["fly"]


def test_parameters_are_added_and_dropped_for_all(fly, others):
    theirs = KeptParameters(others, "fly")
    fly.new("fine")
    fly.add(points=101, stop=20)
    assert dict(theirs) == {"start": 0, "stop": 20, "points": 101}
    fly.drop("start", "stop")
    assert dict(theirs) == {"points": 101}
    with pytest.raises(SettingsError, match="no parameter 'start'"):
        fly.drop("points", "start")
    assert dict(theirs) == {"points": 101}


def test_with_the_last_parameter_all_sets_go(fly, others):
    fly.new("fine")
    fly.drop("start", "stop")
    assert KeptParameters.names(others) == []
    again = KeptParameters(others, "fly", DEFAULTS)
    assert (again.current, again.sets) == ("default", ["default"])


def test_what_another_process_adds_while_the_last_parameter_is_dropped_stays(fly, settings, others):
    changes = []

    def permit():
        changes.append(len(changes))
        if len(changes) == 2:
            theirs.add(points=101)

    theirs = KeptParameters(others, "fly")
    KeptParameters(settings.permitted_by(permit), "fly").drop("start", "stop")
    assert len(changes) >= 2
    assert dict(KeptParameters(others, "fly")) == {"points": 101}
