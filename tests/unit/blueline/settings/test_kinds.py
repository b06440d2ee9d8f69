import pytest

from blueline.settings import HashSetting, QueueSetting, SettingsError, SimpleSetting


def test_a_simple_setting_is_its_default_until_it_is_set_and_after_it_is_cleared(settings, others):
    ours = SimpleSetting(settings.namespace("x"), "velocity", 2.0)
    theirs = SimpleSetting(others.namespace("x"), "velocity", 5.0)
    assert (ours.get(), theirs.get()) == (2.0, 5.0)
    ours.set(1.5)
    assert (ours.get(), theirs.get()) == (1.5, 1.5)
    theirs.clear()
    assert (ours.get(), theirs.get()) == (2.0, 5.0)


def test_a_setting_may_be_none(settings):
    setting = SimpleSetting(settings.namespace("x"), "offset", 1)
    setting.set(None)
    assert setting.get() is None


def test_a_default_cannot_be_changed_in_place(settings):
    setting = SimpleSetting(settings.namespace("x"), "limits", [0, 1])
    setting.get().append(2)
    assert setting.get() == [0, 1]


def test_a_hash_setting_has_its_defaults_for_what_nobody_has_set(settings, others):
    limits = HashSetting(settings.namespace("limits"), {"low": -5, "high": 5})
    limits["high"] = 7
    limits["other"] = 1
    assert dict(limits) == {"low": -5, "high": 7, "other": 1}
    assert dict(HashSetting(others.namespace("limits"))) == {"high": 7, "other": 1}


def test_what_is_removed_from_a_hash_setting_is_its_default_again(settings):
    limits = HashSetting(settings.namespace("limits"), {"low": -5})
    limits.update(low=1, high=2)
    del limits["low"], limits["high"]
    assert dict(limits) == {"low": -5}
    with pytest.raises(KeyError):
        del limits["high"]
    limits.update({"low": 3})
    limits.clear()
    assert (limits["low"], len(limits), list(limits)) == (-5, 1, ["low"])


def test_a_queue_gives_each_value_to_one_process(settings, others):
    ours = QueueSetting(settings.namespace("changer"), "next")
    theirs = QueueSetting(others.namespace("changer"), "next")
    for value in (2, 3):
        ours.append(value)
    theirs.prepend({"sample": 1})
    assert ours.get() == [{"sample": 1}, 2, 3]
    assert (theirs.pop_front(), ours.pop_back(), list(theirs)) == ({"sample": 1}, 3, [2])


def test_a_queue_has_its_default_until_it_is_changed(settings):
    queue = QueueSetting(settings.namespace("n"), "q", default=[1, 2])
    queue.append(3)
    assert (queue.get(), len(queue), queue[0], 3 in queue) == ([1, 2, 3], 3, 1, True)
    queue.remove(2)
    queue.set([*queue, 4])
    assert queue.get() == [1, 3, 4]
    queue.clear()
    assert queue.get() == [1, 2]


def test_nothing_can_be_taken_from_an_empty_queue(settings):
    queue = QueueSetting(settings.namespace("n"), "q")
    for take in (queue.pop_front, queue.pop_back):
        with pytest.raises(SettingsError, match="n/q is empty; add a value"):
            take()
    with pytest.raises(SettingsError, match="n/q has no 5"):
        queue.remove(5)
    assert queue.get() == []
