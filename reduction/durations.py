"""How long something takes, in words."""


def said_seconds(seconds: float) -> str:
    """Say how long, in two units at the most.

    Examples
    --------
    >>> said_seconds(0.25), said_seconds(12.3), said_seconds(130), said_seconds(7260)
    ('0.2 s', '12 s', '2 min 10 s', '2 h 1 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    first = next(index for index, (_, size) in enumerate(units) if whole >= size)
    parts: list[str] = []
    for name, size in units[first : first + 2]:
        number, whole = divmod(whole, size)
        if number:
            parts.append(f"{number} {name}")
    return " ".join(parts)
