"""Coordinates of one pseudo positioner of ophyd, such as h, k and l, are sent in one go (BL-62).

Set one after the other, each would end the move of the one before.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from planlib.real_axes import parent_of


def coupled(axes: Sequence[Any]) -> bool:
    """Tell whether some of the axes are coordinates of one pseudo positioner."""
    parents = [id(parent) for axis in axes if (parent := parent_of(axis)) is not None]
    return len(set(parents)) < len(parents)


def merged(targets: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Give what is set to what, with one entry for all coordinates of a pseudo positioner.

    Those of its coordinates that have no target keep theirs, which is its own doing.

    Parameters
    ----------
    targets
        Axes, and where each goes.
    """
    families: dict[int, list[tuple[Any, Any]]] = {}
    found: list[tuple[Any, Any]] = []
    for axis, target in targets:
        parent = parent_of(axis)
        if parent is None:
            found.append((axis, target))
        else:
            families.setdefault(id(parent), []).append((axis, target))
    for family in families.values():
        found += family if len(family) == 1 else [_whole(family)]
    return found


def _whole(family: Sequence[tuple[Any, Any]]) -> tuple[Any, dict[str, Any]]:
    parent = parent_of(family[0][0])
    return parent, {axis.attr_name: target for axis, target in family}
