"""How the positions of derived axes and of the axes under them follow from each other."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from devices.axes.axis import Axis, Positions, Value
from devices.errors import FormulaError
from reduction.expression import Expression, ExpressionError

#: The target of an axis where it is moved now, else what it keeps meanwhile; between siblings only.
KEPT = "KEPT"


class Node(NamedTuple):
    """A position as a formula has it: A T AD TD AR TR of one axis."""

    table: str
    axis: Axis

    def __str__(self) -> str:
        """Show it as formulas write it."""
        return f'{self.table}["{self.axis.name}"]'


Look = Callable[[Node], Value]


class Coupling(Protocol):
    """The mathematics between one or several derived axes and the axes that they move."""

    reals: dict[str, Axis]

    def forward_needs(self, real: str) -> Iterable[Node]:
        """Tell what `forward` looks at."""
        ...

    def inverse_needs(self, member: Axis) -> Iterable[Node]:
        """Tell what `inverse` looks at."""
        ...

    def forward(self, real: str, look: Look) -> Value:
        """Give where one axis must go; NaN where that is nowhere."""
        ...

    def inverse(self, member: Axis, look: Look) -> Value:
        """Give where a derived axis is."""
        ...


class AxisFormula(Protocol):
    """Where the real axes go for a pseudo position, and back, by the names that `reals` has.

    Both are better told for arrays: limits and long scans are then checked in one go.
    """

    def forward(self, pseudo: Positions) -> Mapping[str, Positions]:
        """Give the position of each real axis by name; NaN where there is none."""
        ...

    def inverse(self, reals: Mapping[str, Value]) -> Value:
        """Give the pseudo position at which the real axes stand."""
        ...


class FormulaCoupling:
    """One derived axis by an `AxisFormula`."""

    def __init__(self, member: Axis, reals: Mapping[str, Axis], formula: AxisFormula) -> None:
        self.reals = dict(reals)
        self.formula = formula
        self._member = member
        self._last: tuple[Value, Mapping[str, Value]] | None = None

    def forward_needs(self, real: str) -> list[Node]:
        """Name the derived axis's own target."""
        return [Node("T", self._member)]

    def inverse_needs(self, member: Axis) -> list[Node]:
        """Name the positions of all axes under it."""
        return [Node("A", axis) for axis in self.reals.values()]

    def forward(self, real: str, look: Look) -> Value:
        """Give one of the positions that the formula gives together."""
        target = look(Node("T", self._member))
        last = self._last
        if last is None or last[0] is not target:
            last = (target, self.formula.forward(np.asarray(target, float)))
            self._last = last
        if real not in last[1]:
            message = (
                f"the formula of {self._member.name} gives {', '.join(last[1])}; its axes are "
                f"{', '.join(self.reals)}"
            )
            raise FormulaError(message)
        return last[1][real]

    def inverse(self, member: Axis, look: Look) -> Value:
        """Give the pseudo position for one or many positions of the axes."""
        values = {name: look(Node("A", axis)) for name, axis in self.reals.items()}
        return for_each(self.formula.inverse, values)


def for_each(
    function: Callable[[Mapping[str, Value]], Value], values: Mapping[str, Value]
) -> Value:
    """Call a function with arrays, or with one number after the other where it takes no arrays."""
    if all(np.ndim(value) == 0 for value in values.values()):
        return function(values)
    try:
        return function(values)
    except (TypeError, ValueError):
        columns = np.broadcast_arrays(*values.values())
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return np.array([function(dict(zip(values, row, strict=True))) for row in rows], float)


class TextCoupling:
    """Derived axes by formulas in the grammar of `reduction.expression` (PS-40..44).

    Parameters
    ----------
    owner
        Who the formulas belong to, for what is refused.
    reals, forward
        The axes to move, and the formula of each.
    inverse
        The formula of each derived axis.
    axes
        All axes that formulas may name.
    constants
        Numbers that formulas may name.
    """

    def __init__(
        self,
        owner: str,
        reals: Mapping[str, Axis],
        forward: Mapping[str, str],
        inverse: Mapping[Axis, str],
        axes: Mapping[str, Axis],
        constants: Mapping[str, float],
    ) -> None:
        self.reals = dict(reals)
        self.constants = dict(constants)
        self._owner = owner
        self._axes = dict(axes)
        self._forward = {real: self._parsed(real, text) for real, text in forward.items()}
        self._inverse = {member: self._parsed(member.name, t) for member, t in inverse.items()}

    def _parsed(self, name: str, text: str) -> Expression:
        try:
            expression = Expression(text)
        except ExpressionError as error:
            message = f"{self._owner} has no usable formula for {name}: {error}"
            raise FormulaError(message) from error
        self._require_known(name, expression)
        return expression

    def _require_known(self, name: str, expression: Expression) -> None:
        for table, axis in sorted(expression.references):
            if table == "C":
                message = f'the formula for {name} of {self._owner} has C["{axis}"], no axis'
                raise FormulaError(message)
            if axis not in self._axes:
                message = (
                    f'the formula for {name} of {self._owner} has {table}["{axis}"]; the axes '
                    f"are {', '.join(sorted(self._axes))}"
                )
                raise FormulaError(message)
        for unknown in sorted(expression.names - set(self.constants)):
            known = ", ".join(sorted(self.constants)) or "none"
            message = (
                f"the formula for {name} of {self._owner} has {unknown}; its constants are "
                f'{known}, and a position is written A["{unknown}"]'
            )
            raise FormulaError(message)

    def texts(self) -> dict[str, str]:
        """Give all formulas, by the name of the axis that each is for."""
        inverse = {member.name: expression.text for member, expression in self._inverse.items()}
        return inverse | {real: expression.text for real, expression in self._forward.items()}

    def forward_needs(self, real: str) -> list[Node]:
        """Name what the formula of this axis refers to."""
        return self._needs(self._forward[real])

    def inverse_needs(self, member: Axis) -> list[Node]:
        """Name what the formula of this derived axis refers to."""
        return self._needs(self._inverse[member])

    def forward(self, real: str, look: Look) -> Value:
        """Evaluate the formula of one axis."""
        return self._value(self._forward[real], look)

    def inverse(self, member: Axis, look: Look) -> Value:
        """Evaluate the formula of a derived axis."""
        return self._value(self._inverse[member], look)

    def _needs(self, expression: Expression) -> list[Node]:
        return [Node(table, self._axes[name]) for table, name in sorted(expression.references)]

    def _value(self, expression: Expression, look: Look) -> Value:
        tables: dict[str, dict[str, Value]] = {}
        for table, name in expression.references:
            tables.setdefault(table, {})[name] = look(Node(table, self._axes[name]))
        return expression.evaluate(self.constants, tables).value
