"""The garbage collector is off inside, and afterwards as it was."""

import gc

import pytest

from devices.garbage import collected_later


def test_nothing_is_collected_inside():
    with collected_later():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_a_failure():
    with pytest.raises(RuntimeError), collected_later():
        raise RuntimeError
    assert gc.isenabled()


def test_who_has_turned_it_off_keeps_it_off():
    gc.disable()
    try:
        with collected_later():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
