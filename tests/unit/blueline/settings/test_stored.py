import pytest

from blueline.settings import SettingsError, open_settings


def test_numbers_follow_each_other_in_all_processes(settings, others):
    found = [each.increment("numbers", "scan") for each in (settings, others, others, settings)]
    assert found == [1, 2, 3, 4]
    assert settings.namespace("numbers").copy() == {"scan": 4}


def test_a_number_follows_what_is_known_elsewhere(settings):
    assert settings.increment("numbers", "scan", at_least=41) == 42
    assert settings.increment("numbers", "scan", at_least=7) == 43


def test_numbers_of_different_names_are_independent(settings):
    assert [settings.increment("n", key) for key in ("a", "b", "a")] == [1, 1, 2]


@pytest.mark.parametrize("value", ["5", 5.0, True, None, [5]], ids=repr)
def test_what_is_no_whole_number_is_not_counted_up(settings, value):
    settings.namespace("numbers")["scan"] = value
    with pytest.raises(
        SettingsError, match=r"numbers/scan cannot be counted up: it is .* not a whole"
    ):
        settings.increment("numbers", "scan")
    assert settings.namespace("numbers")["scan"] == value


def test_settings_that_are_closed_say_so(where):
    opened = open_settings(where)
    kept = opened.namespace("n")
    kept["x"] = 1
    opened.close()
    opened.close()
    with pytest.raises(SettingsError, match="are closed; open them again"):
        kept["x"]
    with pytest.raises(SettingsError, match="are closed"):
        kept["x"] = 2


def test_what_is_not_permitted_is_not_changed_and_can_be_read(settings):
    def refuse():
        message = "ada has them"
        raise PermissionError(message)

    settings.namespace("n")["x"] = 1
    looking = settings.permitted_by(refuse)
    kept = looking.namespace("n")
    for change in (
        lambda: kept.update(x=2),
        lambda: kept.pop("x"),
        kept.clear,
        lambda: looking.increment("n", "y"),
    ):
        with pytest.raises(PermissionError, match="ada has them"):
            change()
    assert kept.copy() == settings.namespace("n").copy() == {"x": 1}
