"""What the declaration of a detector of several elements may say."""

from collections.abc import Sequence

from devices.errors import InvalidTargetError


def checked_elements(name: str, elements: int | Sequence[int]) -> list[int]:
    """Give the numbers of the elements that are used; a number stands for all up to it.

    Raises
    ------
    InvalidTargetError
        They are none, or one is named twice.

    Examples
    --------
    >>> checked_elements("xmap", 3)
    [1, 2, 3]
    >>> checked_elements("xmap", [1, 2, 4])
    [1, 2, 4]
    """
    if isinstance(elements, int) and not isinstance(elements, bool):
        numbers = list(range(1, elements + 1))
    else:
        numbers = _listed(elements)
    if not numbers or len(set(numbers)) < len(numbers) or min(numbers) < 1:
        message = (
            f"elements of {name} are how many there are, or the number of each from 1 on, such as "
            f"[1, 2, 4], not {elements!r}"
        )
        raise InvalidTargetError(message)
    return numbers


def _listed(elements: object) -> list[int]:
    if not isinstance(elements, Sequence) or isinstance(elements, str):
        return []
    is_whole = all(isinstance(each, int) and not isinstance(each, bool) for each in elements)
    return list(elements) if is_whole else []


def checked_spectra(name: str, spectra: int, trigger_mode: str) -> int:
    """Give how many spectra a point has.

    Raises
    ------
    InvalidTargetError
        It is no such number, or more than one where nothing from outside separates them.
    """
    if isinstance(spectra, bool) or not isinstance(spectra, int) or spectra < 1:
        message = f"{name} has 1 spectrum or more at each point, not {spectra!r}"
        raise InvalidTargetError(message)
    if spectra > 1 and trigger_mode == "software":
        message = (
            f"{name} takes {spectra} spectra at a point only by trigger_mode 'sync' or 'gate': "
            "pulses or a gate say where one ends"
        )
        raise InvalidTargetError(message)
    return spectra
