"""Several derived axes over the same axes, such as gap and centre of a slit."""

# ophyd annotates its readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from ophyd import Device

from devices.axes.axis import Axis, Positions, Value
from devices.axes.coupling import KEPT, Look, Node, for_each
from devices.axes.derived_axis import DerivedAxis
from devices.axes.shared_move import SharedMove
from devices.axes.target_check import Limits, refuse_together
from devices.errors import FormulaError, InvalidTargetError
from devices.status import DeadlineStatus


class GroupFormula(Protocol):
    """Where the real axes go for the positions of all members, and back; by name, for arrays."""

    def forward(self, members: Mapping[str, Positions]) -> Mapping[str, Positions]:
        """Give the position of each real axis; NaN where there is none."""
        ...

    def inverse(self, reals: Mapping[str, Value]) -> Mapping[str, Value]:
        """Give the position of each member."""
        ...


@dataclass(frozen=True)
class Member:
    """One axis of a group: its unit, the decimals to show, narrower limits, and what it is."""

    egu: str
    precision: int = 3
    limits: Limits | None = None
    description: str = ""


class GroupAxis(DerivedAxis):
    """One of several derived axes over the same axes; the others keep their positions.

    Its siblings may be set while it moves: the axes are then sent where all of them belong.
    """

    shows_axes = False

    def __init__(self, name: str, member: Member, joint: SharedMove) -> None:
        super().__init__(
            name=name,
            egu=member.egu,
            precision=member.precision,
            limits=member.limits,
            description=member.description,
        )
        self._joint: SharedMove = joint

    @property
    def kept(self) -> float:
        """Where it belongs while siblings are set."""
        return self._joint.kept(self)


class PseudoGroup(Device):
    """Several pseudo axes over the same real axes, which move together for any of them.

    Setting one member keeps the others where they were sent, or where the setpoints of the real
    axes say if those were moved alone. Members are attributes, ``slit.gap``, and axes themselves.
    A member may be set while another one moves, as ``bps.mv(slit.gap, 1, slit.center, 0)`` does.

    Parameters
    ----------
    name
        Of the group; members are called ``<name>_<member>``.
    reals
        The axes it moves, by the names that the formula uses.
    formula
        The mathematics.
    members
        What the formula gives, by name.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import Member, PseudoGroup, SoftAxis
    >>> class Pair:
    ...     def forward(self, members):
    ...         mean, half = members["mean"], members["half"]
    ...         return {"a": mean - half, "b": mean + half}
    ...
    ...     def inverse(self, reals):
    ...         a, b = reals["a"], reals["b"]
    ...         return {"mean": (a + b) / 2, "half": (b - a) / 2}
    >>> stage = SimpleNamespace(a=1.0, b=3.0)
    >>> reals = {n: SoftAxis(stage, n, name=n, limits=(-9, 9)) for n in "ab"}
    >>> members = {"mean": Member("mm"), "half": Member("mm")}
    >>> pair = PseudoGroup(name="pair", reals=reals, formula=Pair(), members=members)
    >>> pair.position
    {'mean': 2.0, 'half': 1.0}
    >>> pair.mean.set(5.0).wait(10)
    >>> stage.a, stage.b
    (4.0, 6.0)
    >>> pair.set({"mean": 0.0, "half": 2.0}).wait(10)
    >>> stage.a, stage.b
    (-2.0, 2.0)
    """

    def __init__(
        self,
        *,
        name: str,
        reals: Mapping[str, Axis],
        formula: GroupFormula,
        members: Mapping[str, Member],
    ) -> None:
        super().__init__("", name=name)
        self.reals = dict(reals)
        self.formula = formula
        _refuse_taken(type(self), members)
        self._joint = SharedMove()
        self.members = {n: GroupAxis(f"{name}_{n}", m, self._joint) for n, m in members.items()}
        coupling = _GroupCoupling(self.reals, formula, self.members)
        for member in self.members.values():
            member.couple(coupling)
        self._joint.share(self.members.values())

    def __getattr__(self, name: str) -> GroupAxis:
        """Give a member."""
        try:
            return self.__dict__["members"][name]
        except KeyError:
            message = f"{type(self).__name__} has no {name}"
            raise AttributeError(message) from None

    @property
    def connected(self) -> bool:
        """Whether all real axes are connected."""
        return all(member.connected for member in self.members.values())

    @property
    def moving(self) -> bool:
        """Whether any real axis moves."""
        return any(member.moving for member in self.members.values())

    @property
    def position(self) -> dict[str, float]:
        """Where all members are."""
        return {name: member.position for name, member in self.members.items()}

    def locate(self) -> dict[str, dict[str, float]]:
        """Give setpoints and readbacks of all members."""
        setpoint = {name: member.target for name, member in self.members.items()}
        return {"setpoint": setpoint, "readback": self.position}

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the real axes."""
        next(iter(self.members.values())).wait_for_connection(all_signals, timeout)

    def check_value(self, positions: Mapping[str, float]) -> None:
        """Refuse targets that no real positions give or that lie beyond the limits of an axis.

        Raises
        ------
        InvalidTargetError, OutOfLimitsError
            With the member or members, and the axis and its limits where one stands in the way.
        """
        refuse_together(self._wanted(positions))

    def set(self, positions: Mapping[str, float]) -> DeadlineStatus:
        """Move several members in one go; those that are not named stay where they are."""
        wanted = self._wanted(positions)
        refuse_together(wanted)
        said = ", ".join(f"{axis.name} to {value:g} {axis.egu}" for axis, value in wanted.items())
        return self._joint.begin(f"moving {said}", wanted)

    def _wanted(self, positions: Mapping[str, float]) -> dict[Axis, float]:
        if not isinstance(positions, Mapping) or not positions.keys() <= self.members.keys():  # pyright: ignore[reportUnnecessaryIsInstance]
            message = (
                f"{self.name} is set by a mapping such as "
                f"{dict.fromkeys(self.members, 0.0)}, not by {positions!r:.80}"
            )
            raise InvalidTargetError(message)
        return {self.members[name]: value for name, value in positions.items()}

    def stop(self, *, success: bool = False) -> None:
        """Stop the real axes."""
        next(iter(self.members.values())).stop(success=success)

    @property
    def hints(self) -> dict[str, Any]:
        """The positions of the members are what plots and tables show."""
        return {"fields": [member.name for member in self.members.values()]}

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give positions and setpoints of all members, and the readbacks of the real axes."""
        result: OrderedDict[str, dict[str, Any]] = OrderedDict()
        for member in self.members.values():
            result |= member.read()
        for axis in self.reals.values():
            result[axis.name] = axis.read()[axis.name]
        return result

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe what `read` gives."""
        result: OrderedDict[str, dict[str, Any]] = OrderedDict()
        for member in self.members.values():
            result |= member.describe()
        for axis in self.reals.values():
            result[axis.name] = axis.describe()[axis.name]
        return result

    def info(self) -> str:
        """Give a few lines for people on every member."""
        return "\n".join(member.info() for member in self.members.values())

    def __repr__(self) -> str:
        """Say what it has, and over which axes."""
        members, reals = ", ".join(self.members), ", ".join(self.reals)
        return f"{type(self).__name__}({self.name!r}: {members} over {reals})"


def _refuse_taken(group: type, members: Iterable[str]) -> None:
    for name in members:
        if hasattr(group, name) or not name.isidentifier():
            message = f"a group of axes cannot have a member {name!r}: give it another name"
            raise FormulaError(message)


class _GroupCoupling:
    """The formula of a group, with what its members keep."""

    def __init__(
        self,
        reals: Mapping[str, Axis],
        formula: GroupFormula,
        members: Mapping[str, GroupAxis],
    ) -> None:
        self.reals = dict(reals)
        self._formula = formula
        self._members = members
        self._name_of = {member: name for name, member in members.items()}

    def forward_needs(self, real: str) -> Iterable[Node]:
        return [Node(KEPT, member) for member in self._members.values()]

    def inverse_needs(self, member: Axis) -> Iterable[Node]:
        return [Node("A", axis) for axis in self.reals.values()]

    def forward(self, real: str, look: Look) -> Value:
        values = [np.asarray(look(Node(KEPT, member)), float) for member in self._members.values()]
        columns = np.broadcast_arrays(*values)
        return self._formula.forward(dict(zip(self._members, columns, strict=True)))[real]

    def inverse(self, member: Axis, look: Look) -> Value:
        name = self._name_of[member]  # pyright: ignore[reportArgumentType]
        values = {each: look(Node("A", axis)) for each, axis in self.reals.items()}
        return for_each(lambda reals: self._formula.inverse(reals)[name], values)
