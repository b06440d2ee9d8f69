"""An energy that other axes follow, such as the gap of an undulator (BL-62)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from devices.axes.axis import Axis, Positions, Value
from devices.axes.pseudo import PseudoAxis
from devices.errors import FormulaError, InvalidTargetError
from devices.finite import is_finite

#: Energies in eV, each with where an axis is to be.
Table = Sequence[tuple[float, float]]


class _Followed:
    """Send the energy to its axis, and each follower to where its table says."""

    def __init__(self, energy: Axis, followers: Mapping[str, tuple[Axis, Table]]) -> None:
        self._energy = energy
        self.axes = {name: axis for name, (axis, _) in followers.items()}
        self._tables = {
            name: np.asarray(sorted(table), float).T for name, (_, table) in followers.items()
        }
        self.is_followed_by = dict.fromkeys(followers, True)

    def forward(self, pseudo: Positions) -> Mapping[str, Positions]:
        """Give where all go; nowhere beyond the ends of a table."""
        energies = np.asarray(pseudo, float)
        found: dict[str, Positions] = {"energy": energies}
        for name, (known, positions) in self._tables.items():
            if self.is_followed_by[name]:
                found[name] = np.interp(energies, known, positions, left=np.nan, right=np.nan)
            else:
                found[name] = np.full_like(energies, self.axes[name].target)
        return found

    def inverse(self, reals: Mapping[str, Value]) -> Value:
        """Give the energy: it alone decides."""
        return reals["energy"]


class TrackedEnergy(PseudoAxis):
    """Photon energy in eV that takes other axes along, each by a table of its own.

    Between two energies of a table positions are interpolated linearly; an energy beyond its ends
    is refused, with all others, before anything moves. What `track` has switched off stays where
    it was sent.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    energy
        The axis that selects the energy, such as a `MonochromatorEnergy`.
    followers
        By their name here: the axis, and its table of (energy, position).
    options
        `limits` narrower than those of the axes, `precision` and a `description`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import SoftAxis
    >>> line = SimpleNamespace(mono=8000.0, gap=20.0)
    >>> mono = SoftAxis(line, "mono", name="mono", egu="eV", limits=(5000, 20_000))
    >>> gap = SoftAxis(line, "gap", name="gap", egu="mm", limits=(5, 50))
    >>> table = [(8000, 20.0), (10_000, 24.0)]
    >>> energy = TrackedEnergy(name="energy", energy=mono, followers={"gap": (gap, table)})
    >>> energy.set(9000).wait(10)
    >>> line.mono, line.gap
    (9000.0, 22.0)
    """

    def __init__(
        self,
        *,
        name: str,
        energy: Axis,
        followers: Mapping[str, tuple[Axis, Table]],
        precision: int = 2,
        **options: Any,  # noqa: ANN401 - those of PseudoAxis
    ) -> None:
        for follower, (_, table) in followers.items():
            _require_table(f"{follower} of {name}", table)
        if "energy" in followers:
            message = f"{name} leads its energy itself: call the follower something else"
            raise FormulaError(message)
        self._followed = _Followed(energy, followers)
        super().__init__(
            name=name,
            reals={"energy": energy, **self._followed.axes},
            formula=self._followed,
            egu="eV",
            precision=precision,
            **options,
        )

    @property
    def tracked(self) -> list[str]:
        """Names of those that follow now."""
        return [name for name, follows in self._followed.is_followed_by.items() if follows]

    def track(self, follower: str, follows: str | bool = "on") -> None:
        """Have one follow, "on", or stay where it is, "off".

        Raises
        ------
        InvalidTargetError
            There is no such follower, or no such word.
        """
        known = self._followed.is_followed_by
        if follower not in known:
            there = ", ".join(known) or "none"
            message = f"{self.name} has no follower {follower!r}: there are {there}"
            raise InvalidTargetError(message)
        words = {"on": True, "off": False, True: True, False: False}
        if not isinstance(follows, str | bool) or follows not in words:
            message = f"{follower} follows {self.name} or not: say 'on' or 'off', not {follows!r}"
            raise InvalidTargetError(message)
        known[follower] = words[follows]


def _require_table(what: str, table: Table) -> None:
    """Refuse what cannot be interpolated."""
    pairs = [tuple(pair) for pair in table]
    numbers = [number for pair in pairs for number in pair]
    energies = [pair[0] for pair in pairs]
    is_table = len(pairs) > 1 and all(len(pair) == 2 for pair in pairs)
    if not (is_table and all(map(is_finite, numbers)) and len(set(energies)) == len(energies)):
        message = (
            f"the table of {what} is two or more pairs of an energy in eV and a position, each "
            "energy once"
        )
        raise FormulaError(message)
