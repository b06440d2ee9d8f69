"""Events are composed as event-model composes them, and refused where they are not alike."""

import pytest
from event_model import EventModelValidationError, compose_run

from blueline.engine.event_composer import EventComposer
from blueline.engine.field_check import ReadingChangedError

NUMBER = {"source": "test", "dtype": "number", "shape": []}


def composer(keys, **options):
    run = compose_run()
    compose = run.compose_descriptor(name="primary", data_keys=keys).compose_event
    return EventComposer(compose, keys, **options)


@pytest.fixture(params=[False, True], ids=["first", "every"])
def compose(request):
    """Compose events of a stream with the key ``a``, as the bundler does."""
    return composer({"a": NUMBER}, every=request.param)


@pytest.mark.parametrize("earlier", [0, 1, 3])
@pytest.mark.parametrize("data", [{}, {"b": 1.0}, {"a": 1.0, "b": 1.0}])
def test_an_event_with_other_keys_than_its_stream_is_refused(compose, earlier, data):
    for _ in range(earlier):
        compose(data={"a": 1.0}, timestamps={"a": 1.0})
    with pytest.raises((EventModelValidationError, KeyError)):
        compose(data=data, timestamps=dict.fromkeys(data, 1.0))


def test_an_event_with_other_timestamps_than_data_is_refused(compose):
    compose(data={"a": 1.0}, timestamps={"a": 1.0})
    with pytest.raises(EventModelValidationError):
        compose(data={"a": 1.0}, timestamps={})


@pytest.mark.parametrize("earlier", [0, 2])
def test_a_value_of_another_kind_is_refused(compose, earlier):
    for _ in range(earlier):
        compose(data={"a": 1.0}, timestamps={"a": 1.0})
    with pytest.raises(ReadingChangedError, match="a was described as a number"):
        compose(data={"a": [1.0, 2.0]}, timestamps={"a": 1.0})


def test_what_is_only_followed_is_not_refused():
    compose = composer({"a": NUMBER}, checked=False)
    event = compose(data={"a": [1.0, 2.0]}, timestamps={"a": 1.0})
    assert event["data"] == {"a": [1.0, 2.0]}


def test_references_into_files_are_still_to_be_filled_in():
    keys = {
        "image": NUMBER | {"external": "FILESTORE:"},
        "frames": NUMBER | {"external": "STREAM:"},
        "a": NUMBER,
    }
    assert composer(keys).filled() == {"image": False}


def test_each_event_has_its_own_list_of_what_is_to_be_filled_in():
    compose = composer({"image": NUMBER | {"external": "FILESTORE:"}})
    compose.filled()["image"] = True
    assert compose.filled() == {"image": False}


def test_a_reference_into_a_file_may_be_any_text():
    compose = composer({"image": NUMBER | {"external": "FILESTORE:"}})
    event = compose(data={"image": "3/0"}, timestamps={"image": 1.0}, filled=compose.filled())
    assert event["data"] == {"image": "3/0"}
