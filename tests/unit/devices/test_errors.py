import inspect

import pytest
from ophyd.utils import LimitError

from devices import errors


@pytest.mark.parametrize(
    "error",
    [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind is not LimitError],
)
def test_every_error_of_devices_is_a_device_error(error):
    assert issubclass(error, errors.DeviceError)


@pytest.mark.parametrize(
    ("error", "caught_as"),
    [
        (errors.InvalidTargetError, ValueError),
        (errors.OutOfLimitsError, LimitError),
        (errors.OutOfLimitsError, ValueError),
        (errors.NotConnectedError, ConnectionError),
        (errors.DeadlineError, TimeoutError),
    ],
)
def test_an_error_is_caught_by_those_who_do_not_know_us(error, caught_as):
    assert issubclass(error, caught_as)
