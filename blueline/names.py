"""What people may call things: samples, positions, scans; any text that can be read; pure."""

import unicodedata

from blueline.errors import BluelineError

#: Characters of a name, which is kept as it is; in file names it is shorter.
LONGEST = 300


def required_name(what: str, name: object, error: type[BluelineError] = BluelineError) -> str:
    """Give a name as it is, refuse what is none.

    Parameters
    ----------
    what
        Is to be called so.
    error
        Raised where it is no text, empty, too long, or has control characters.

    Raises
    ------
    BluelineError
        The one that was given.

    Examples
    --------
    >>> required_name("sample", "Cu foil, 5 µm")
    'Cu foil, 5 µm'
    """
    if not isinstance(name, str) or not name.strip() or not _is_readable(name):
        message = f"give the {what} a name in quotes that can be read, not {name!r:.60}"
        raise error(message)
    if len(name) > LONGEST:
        message = f"the name of the {what} has {len(name)} characters: give at most {LONGEST}"
        raise error(message)
    return name


def _is_readable(name: str) -> bool:
    return not any(unicodedata.category(each) in {"Cc", "Cs"} for each in name)
