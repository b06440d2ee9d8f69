"""What counts as a number where one is asked for: nothing that only looks like one."""

import math
from numbers import Real

from devices.errors import InvalidTargetError


def is_number(value: object) -> bool:
    """Tell whether a value is a real number; NaN and infinity are, texts and truth values are not.

    Examples
    --------
    >>> is_number(5), is_number("5"), is_number(True), is_number(float("nan"))
    (True, False, False, True)
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def is_finite(value: object) -> bool:
    """Tell whether a value is a real number that is neither NaN nor infinite.

    Examples
    --------
    >>> is_finite(5.0), is_finite("5"), is_finite(float("inf")), is_finite(10**400)
    (True, False, False, False)
    """
    return is_number(value) and math.isfinite(float(value))  # pyright: ignore[reportArgumentType]


def require_finite(asked: str, value: object, allowed: str) -> float:
    """Give a value as a float.

    Parameters
    ----------
    asked
        Of whom what is asked, such as ``"the ramp of oven"``.
    allowed
        What may be given, such as ``"0 or more K/min"``.

    Raises
    ------
    InvalidTargetError
        It is no finite number.

    Examples
    --------
    >>> require_finite("the ramp of oven", "5", "0 or more K/min")
    Traceback (most recent call last):
    devices.errors.InvalidTargetError: the ramp of oven is 0 or more K/min, not '5'
    """
    if not is_finite(value):
        message = f"{asked} is {allowed}, not {value!r}"
        raise InvalidTargetError(message)
    return float(value)  # pyright: ignore[reportArgumentType]
