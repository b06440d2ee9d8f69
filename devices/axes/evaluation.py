"""Where axes are, and where they go when derived axes are moved, however deep those are chained."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from devices.axes.axis import Axis, Positions, Value, pending_target, position_in, target_in
from devices.axes.coupling import KEPT, Coupling, Node
from devices.errors import FormulaError

#: The table that stands for each in the formula of a derived axis, to get its target, or its
#: position in dial units or steps, from the formula of its position (PS-48).
_AS_TARGET = {"A": "T", "AD": "TD", "AR": "TR"}
_SUBSTITUTED: dict[str, dict[str, str]] = {
    "A": {},
    "T": _AS_TARGET,
    "AD": {"A": "AD", "T": "TD"},
    "AR": {"A": "AR", "T": "TR"},
    "TD": _AS_TARGET | {"A": "TD", "T": "TD"},
    "TR": _AS_TARGET | {"A": "TR", "T": "TR"},
}


class Derived:
    """An axis whose position follows from other axes; `kept` is where its siblings leave it."""

    coupling: Coupling
    own_limits: tuple[float, float]

    @property
    def kept(self) -> float:
        """Where it belongs while its siblings are set."""
        raise NotImplementedError

    @property
    def pending_target(self) -> float | None:
        """Where it is going, None at rest; known before any monitor tells it."""
        raise NotImplementedError


class Evaluation:
    """Positions of one moment; each is looked up once, so that all agree.

    Parameters
    ----------
    moved
        Targets of derived axes that are moved together: one each, or many of the same length.
    known
        Positions that are known already.

    Raises
    ------
    FormulaError
        An axis would be moved by more than one formula.
    """

    def __init__(
        self,
        moved: Mapping[Axis, Value] | None = None,
        known: Mapping[Node, Value] | None = None,
    ) -> None:
        self._values: dict[Node, Value] = dict(known or {})
        self._given = dict(moved or {})
        self._rules = rules(self._given)

    def __call__(self, node: Node) -> Value:
        """Look a position up."""
        value = self._values.get(node)
        if value is None:
            value = self._values[node] = self._value(node)
        return value

    def targets(self) -> dict[Axis, Value]:
        """Give where all axes under those that are moved must go, derived ones included."""
        return {axis: self(Node("T", axis)) for axis in self._rules}

    def _value(self, node: Node) -> Value:
        table, axis = node
        if table in {"T", KEPT}:
            if axis in self._given:
                return self._given[axis]
            if axis in self._rules:
                coupling, real = self._rules[axis]
                return coupling.forward(real, self)
        if isinstance(axis, Derived):
            return self._derived(table, axis)
        if table.startswith("A"):
            return self._standing(table, axis)
        if table == "T":
            return pending_target(axis)
        return target_in(table, axis, self(Node("T", axis)))

    def _standing(self, table: str, axis: Axis) -> Value:
        """Give where a real axis stands; its dial from its position, or it may have gone on."""
        to_dial: Callable[[Value], Value] | None = getattr(axis, "to_dial", None)
        if table != "AD" or to_dial is None:
            return position_in(table, axis)
        return to_dial(self(Node("A", axis)))

    def _derived(self, table: str, axis: "Derived") -> Value:
        if table == KEPT:
            return axis.kept
        pending = axis.pending_target if table == "T" else None
        if pending is not None and not self._moves_with(axis):
            return pending
        substituted = _SUBSTITUTED[table]
        return axis.coupling.inverse(
            axis,  # pyright: ignore[reportArgumentType] - every derived axis is an axis
            lambda node: self(Node(substituted.get(node.table, node.table), node.axis)),
        )

    def _moves_with(self, axis: "Derived") -> bool:
        """Whether axes under this one are moved now, so that its target follows from theirs."""
        return not self._rules.keys().isdisjoint(rules([axis]))  # pyright: ignore[reportArgumentType]

    # what it would look at, without looking

    def refuse_cycles(self, start: Iterable[Node]) -> None:
        """Refuse positions that would be needed to compute themselves.

        Raises
        ------
        FormulaError
            With the chain.
        """
        done: set[Node] = set()
        for node in start:
            self._walk(node, [], done)

    def _walk(self, node: Node, path: list[Node], done: set[Node]) -> None:
        if node in path:
            chain = " → ".join(map(str, [*path[path.index(node) :], node]))
            message = f"the formulas go in a circle: {chain}; a position cannot need itself"
            raise FormulaError(message)
        if node in done:
            return
        for needed in self._needs(node):
            self._walk(needed, [*path, node], done)
        done.add(node)

    def _needs(self, node: Node) -> Iterator[Node]:
        table, axis = node
        if table in {"T", KEPT} and axis in self._given:
            return
        if table in {"T", KEPT} and axis in self._rules:
            coupling, real = self._rules[axis]
            yield from coupling.forward_needs(real)
        elif isinstance(axis, Derived):
            if table != KEPT:
                yield from self._needs_of(table, axis)
        elif table in {"TD", "TR"}:
            yield Node("T", axis)

    def _needs_of(self, table: str, axis: "Derived") -> Iterator[Node]:
        substituted = _SUBSTITUTED[table]
        needed = axis.coupling.inverse_needs(axis)  # pyright: ignore[reportArgumentType]
        for each in needed:
            yield Node(substituted.get(each.table, each.table), each.axis)


def rules(moved: Iterable[Axis]) -> dict[Axis, tuple[Coupling, str]]:
    """Give, for each axis that moves along with those that are moved, what computes its target.

    Raises
    ------
    FormulaError
        There is more than one, or it is itself moved.
    """
    found: dict[Axis, tuple[Coupling, str]] = {}
    given = list(moved)
    waiting = list(given)
    while waiting:
        axis = waiting.pop()
        if not isinstance(axis, Derived):
            continue
        for name, real in axis.coupling.reals.items():
            rule = (axis.coupling, name)
            if found.setdefault(real, rule) != rule or real in given:
                message = (
                    f"{real.name} would be moved by two formulas at once, for "
                    f"{' and '.join(each.name for each in given)}: let one axis move it"
                )
                raise FormulaError(message)
            waiting.append(real)
    return found


def leaves(moved: Iterable[Axis]) -> list[Axis]:
    """Give the axes at the bottom: those that are moved and computed from no others."""
    return [axis for axis in rules(moved) if not isinstance(axis, Derived)]


def column(value: Value, length: int) -> Positions:
    """Give as many positions as there are points."""
    return np.broadcast_to(np.asarray(value, float), (length,))
