"""A PV without anything behind it."""

import asyncio

import pytest
from pydantic import ValidationError

from sim_ioc.channel_access.fields import checked
from sim_ioc.clock import Clock
from sim_ioc.errors import PutRefusedError
from sim_ioc.site import Site
from sim_ioc.soft import Soft, SoftSettings

SITE = Site("T:", Clock())


def soft(**settings):
    return Soft(SoftSettings(name="v", **settings), SITE)


def caput(record, value):
    field = record.fields["VAL"]
    asyncio.run(record.put(field, checked(field, value)))


def test_it_keeps_what_is_put():
    record = soft(unit="K", value=1)
    caput(record, 2.5)
    assert record.values["VAL"] == 2.5
    assert record.channel("VAL").units == "K"


def test_a_number_beyond_its_limits_is_refused():
    record = soft(low=-1, high=1)
    with pytest.raises(PutRefusedError, match="VAL takes -1 to 1"):
        caput(record, 2.0)
    assert record.values["VAL"] == 0.0


def test_a_choice_starts_at_its_word():
    assert soft(type="choice", choices=("a", "b"), value="b").channel("VAL").value == "b"


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "choice"},
        {"choices": ("a",)},
        {"type": "choice", "choices": ("a", "b"), "value": "c"},
        {"value": "words"},
        {"low": 2, "high": 1},
    ],
    ids=["no choices", "choices of a number", "another word", "words", "inverted"],
)
def test_what_does_not_fit_together_is_refused(settings):
    with pytest.raises(ValidationError):
        soft(**settings)
