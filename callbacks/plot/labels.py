"""Text in pictures; pure."""

import math

#: Digits after the point, at most.
_MOST_DIGITS = 9


def plain(text: str) -> str:
    """Keep what people typed from being taken for a formula."""
    return text.replace("$", r"\$")


def measured(value: float, error: float, units: str = "") -> str:
    """Write a value to the second digit of its error, with a unit.

    Examples
    --------
    >>> measured(1.292784, 0.0041, "mm")
    '1.2928 ± 0.0041 mm'
    >>> measured(1201.3, 12.2)
    '1201 ± 12'
    """
    end = f" {units}" if units else ""
    if not (math.isfinite(error) and error > 0):
        return f"{value:.6g}{end}"
    digits = 1 - math.floor(math.log10(error))
    if digits < -6:
        return f"{value:.6g} ± {error:.2g}{end}"
    if digits > _MOST_DIGITS:  # the fit of numbers that were computed
        return f"{value:.6g}{end}"
    return f"{round(value, digits):.{max(digits, 0)}f} ± {error:.{max(digits, 0)}f}{end}"


def placed(value: float, span: float, units: str = "") -> str:
    """Write a place on an axis to about a ten-thousandth of its length, with a unit.

    Examples
    --------
    >>> placed(2.506e-5, 2.0, "mrad")
    '0.0000 mrad'
    """
    end = f" {units}" if units else ""
    if not (math.isfinite(span) and span > 0):
        return f"{value:.6g}{end}"
    digits = 4 - math.ceil(math.log10(span)) + 1
    if digits > _MOST_DIGITS:
        return f"{value:.6g}{end}"
    rounded = round(value, digits) + 0.0  # no minus before nothing
    return f"{rounded:.{max(digits, 0)}f}{end}"
