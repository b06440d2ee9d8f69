"""Numbers of things, as people say them."""


def numbered(number: object, what: str) -> str:
    """Say so many of something, in the plural unless it is one.

    Examples
    --------
    >>> numbered(1, "point"), numbered(0, "point"), numbered("?", "point")
    ('1 point', '0 points', '? points')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
