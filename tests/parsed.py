"""Source code as a tree."""

import ast

#: CPython up to 3.11 loses count of how deep it is where another thread parses meanwhile, as one
#: does to format a traceback (https://github.com/python/cpython/issues/106905).
_TRIES = 5


def parsed(source: str) -> ast.Module:
    """Parse source code, again where another thread did so at the same time."""
    for _ in range(_TRIES - 1):
        try:
            return ast.parse(source)
        except SystemError:
            continue
    return ast.parse(source)
