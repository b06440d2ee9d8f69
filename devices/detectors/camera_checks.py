"""What the declaration of a camera may say."""

from devices.errors import InvalidTargetError


def require_one_of(name: str, what: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not known.

    Raises
    ------
    InvalidTargetError
        It is not.
    """
    if value not in known:
        message = f"{what} of {name} is {' or '.join(map(repr, known))}, not {value!r}"
        raise InvalidTargetError(message)


def require_frames(name: str, frames: object) -> None:
    """Refuse what is no number of frames.

    Raises
    ------
    InvalidTargetError
        It is no whole number from 1 on.
    """
    if isinstance(frames, bool) or not isinstance(frames, int) or frames < 1:
        message = f"{name} takes 1 frame or more at each point, not {frames!r}"
        raise InvalidTargetError(message)
