"""How much of an array detector goes into the data: numbers, regions, or all (ES-04)."""

from collections.abc import Mapping

from devices.errors import CountError, InvalidTargetError

#: What each word means; each has what those before it have.
RECORDING_MODES: Mapping[str, str] = {
    "scaler": "one number for each counter or region",
    "roi": "arrays made of regions, and statistics",
    "ndarray": "frames or spectra as well",
}
SCALER, ROI, NDARRAY = RECORDING_MODES


def known_mode(name: str, word: str) -> str:
    """Give the word back.

    Raises
    ------
    InvalidTargetError
        It is none of `RECORDING_MODES`.

    Examples
    --------
    >>> known_mode("camera", "roi")
    'roi'
    """
    if word not in RECORDING_MODES:
        known = ", ".join(map(repr, RECORDING_MODES))
        message = f"the mode of {name} is one of {known}, not {word!r}"
        raise InvalidTargetError(message)
    return word


def changed_mode(name: str, word: str, *, is_staged: bool) -> str:
    """Give the word back, where the mode may be changed now.

    Raises
    ------
    InvalidTargetError
        It is none of `RECORDING_MODES`.
    CountError
        In a run, which is described already.
    """
    mode = known_mode(name, word)
    if is_staged:
        message = f"the mode of {name} cannot change in a run, which is described already"
        raise CountError(message)
    return mode
