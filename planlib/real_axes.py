"""The axes that really move behind the axes that people name, and the axes that devices are of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def real_axes(axes: Iterable[Any]) -> list[Any]:
    """Give the axes that really move, each once.

    Our derived axes tell theirs by ``reals``, a mapping; ophyd's pseudo positioners, and their
    single axes, by ``real_positioners``. Any other axis is real itself.
    """
    found: dict[int, Any] = {}
    for axis in axes:
        behind = _behind(axis)
        each = real_axes(behind) if behind else [axis]
        found |= {id(real): real for real in each}
    return list(found.values())


def parent_of(axis: object) -> Any:  # noqa: ANN401 - a positioner of ophyd
    """Give the pseudo positioner of ophyd that an axis is a coordinate of.

    None for any other axis, the real ones that are components of such a positioner among them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> h, theta = SimpleNamespace(), SimpleNamespace()
    >>> h.parent = theta.parent = SimpleNamespace(pseudo_positioners=(h,))
    >>> parent_of(h) is h.parent, parent_of(theta)
    (True, None)
    """
    parent = getattr(axis, "parent", None)
    is_one = any(axis is each for each in getattr(parent, "pseudo_positioners", ()))
    return parent if is_one else None


def members_of(device: object) -> dict[str, Any]:
    """Give the axes that a device consists of, by their names in it.

    Those of our groups, and the coordinates of ophyd's pseudo positioners; nothing is asked of a
    device that has neither.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> members_of(SimpleNamespace(name="slit", members={"gap": "slit_gap"}))
    {'gap': 'slit_gap'}
    """
    members = getattr(device, "__dict__", {}).get("members")
    if isinstance(members, Mapping):
        return dict(members)
    if hasattr(type(device), "pseudo_positioners"):
        singles = getattr(device, "pseudo_positioners", ())
        return {str(single.attr_name): single for single in singles}
    return {}


def _behind(axis: Any) -> Sequence[Any]:  # noqa: ANN401 - any axis
    reals = getattr(axis, "reals", None)
    if isinstance(reals, Mapping):
        return list(reals.values())
    positioner = parent_of(axis) or axis
    return list(getattr(positioner, "real_positioners", ()))
