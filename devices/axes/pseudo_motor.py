"""Axes computed from other axes by formulas that are texts."""

# ophyd annotates its readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from devices.axes.axis import Axis
from devices.axes.coupling import TextCoupling
from devices.axes.derived_axis import DerivedAxis
from devices.axes.target_check import Limits
from devices.errors import FormulaError
from reduction.expression import Expression, ExpressionError


class PseudoMotor(DerivedAxis):
    """An axis by formulas over any other axes (PS-40..50).

    A formula may name any axis of `reals` and `axes`, and this one: ``A[x]`` is where x is and
    ``T[x]`` where it is going, in user units; ``AD[x]`` and ``TD[x]`` are the same on its dial,
    ``AR[x]`` and ``TR[x]`` in motor steps. ``T`` of an axis that goes nowhere is where it is. In
    `forward`, ``T`` of this axis is the target, and ``T`` of an axis that moves along is where the
    formulas send it. Axes may be pseudo motors themselves: all axes at the bottom then move in one
    go. The functions are those of `reduction.expression`; angles of sin, cos... are in radians.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    reals
        The axes it moves, by the names that formulas use.
    forward
        Where each of those must go.
    inverse
        Where this axis is.
    egu
        Unit of its position.
    axes
        All other axes that formulas name, such as a whole registry; it is read once.
    constants
        Numbers that formulas name, such as a lattice spacing.
    options
        `precision`, `limits` narrower than those of the axes under it, and a `description`.

    Raises
    ------
    FormulaError
        A formula is not in the grammar, names what is not there, or needs its own result; or one
        axis would be moved by two formulas.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import PseudoMotor, SoftAxis
    >>> stage = SoftAxis(SimpleNamespace(angle=30.0), "angle", name="angle", limits=(1, 80))
    >>> sine = PseudoMotor(
    ...     name="sine",
    ...     reals={"angle": stage},
    ...     forward={"angle": "degrees(asin(T[sine]))"},
    ...     inverse="sin(radians(A[angle]))",
    ...     egu="",
    ... )
    >>> round(sine.position, 9)
    0.5
    >>> sine.check_value(0.999)
    Traceback (most recent call last):
    devices.errors.OutOfLimitsError: sine cannot go to 0.999 : angle would have to go to 87.4374 ...
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of an axis may say
        self,
        *,
        name: str,
        reals: Mapping[str, Axis],
        forward: Mapping[str, str],
        inverse: str,
        egu: str,
        axes: Mapping[str, Axis] | None = None,
        constants: Mapping[str, float] | None = None,
        **options: Any,  # noqa: ANN401 - those of DerivedAxis
    ) -> None:
        super().__init__(name=name, egu=egu, **options)
        known = _names(self, reals, axes or {})
        _require_same(name, reals, forward)
        inverses: dict[Axis, str] = {self: inverse}
        self._text = TextCoupling(name, reals, forward, inverses, known, constants or {})
        self.couple(self._text)
        self._made = time.time()

    @property
    def formulas(self) -> dict[str, str]:
        """All formulas, by the name of the axis that each gives."""
        return self._text.texts()

    def read_configuration(self) -> OrderedDict[str, dict[str, Any]]:
        """Give the formulas and constants, so that data tell by what they were taken."""
        return OrderedDict(
            (key, {"value": value, "timestamp": self._made}) for key, value in self._facts()
        )

    def describe_configuration(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe the formulas and constants."""
        return OrderedDict(
            (
                key,
                {
                    "source": f"declaration of {self.name}",
                    "dtype": "string" if isinstance(value, str) else "number",
                    "shape": [],
                },
            )
            for key, value in self._facts()
        )

    def _facts(self) -> list[tuple[str, str | float]]:
        formulas = [(f"{self.name}_formula_{n}", text) for n, text in self.formulas.items()]
        constants = [(f"{self.name}_{n}", value) for n, value in self._text.constants.items()]
        return [*formulas, *constants]


def _names(owner: Axis, reals: Mapping[str, Axis], axes: Mapping[str, Axis]) -> dict[str, Axis]:
    """Give all axes that formulas may name; a name that means two axes is refused."""
    known = {name: axis for name, axis in axes.items() if axis is not owner}
    for name, axis in [*reals.items(), (owner.name, owner)]:
        if known.setdefault(name, axis) is not axis:
            message = f"{owner.name}: the name {name} means two axes; give one of them another name"
            raise FormulaError(message)
    return known


def _require_same(name: str, reals: Iterable[str], forward: Iterable[str]) -> None:
    if set(reals) != set(forward):
        message = (
            f"{name} moves {', '.join(sorted(reals)) or 'nothing'} and has forward formulas for "
            f"{', '.join(sorted(forward)) or 'nothing'}: give one formula for each axis it moves"
        )
        raise FormulaError(message)


@dataclass(frozen=True)
class PseudoDefinition:
    """What makes a `PseudoMotor`, but for the axes themselves: as a configuration file has it.

    `reals` are names of other axes; `forward` gives them in the same words.
    """

    forward: Mapping[str, str]
    inverse: str
    egu: str
    constants: Mapping[str, float] = field(default_factory=dict)
    precision: int = 3
    limits: Limits | None = None
    description: str = ""

    def needs(self) -> set[str]:
        """Give the names of all axes that the formulas refer to."""
        found = set(self.forward)
        for text in (self.inverse, *self.forward.values()):
            found |= {name for _, name in Expression(text).references}
        return found


def build_pseudo_motors(
    definitions: Mapping[str, PseudoDefinition], axes: Mapping[str, Axis]
) -> dict[str, PseudoMotor]:
    """Make pseudo motors that may refer to each other, whatever their order.

    Parameters
    ----------
    definitions
        By the name of each.
    axes
        The axes that are there already.

    Raises
    ------
    FormulaError
        They refer to each other in a circle, which is named, or one of them cannot be made.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import PseudoDefinition, SoftAxis, build_pseudo_motors
    >>> x = SoftAxis(SimpleNamespace(x=1.0), "x", name="x", egu="mm", limits=(0, 10))
    >>> made = build_pseudo_motors(
    ...     {
    ...         "twice": PseudoDefinition({"half": "T[twice]"}, "A[half]", "mm"),
    ...         "half": PseudoDefinition({"x": "2 * T[half]"}, "A[x] / 2", "mm"),
    ...     },
    ...     {"x": x},
    ... )
    >>> made["twice"].position
    0.5
    """
    made: dict[str, PseudoMotor] = {}
    for name in _in_order(definitions):
        definition, known = definitions[name], {**axes, **made}
        missing = sorted(set(definition.forward) - set(known))
        if missing:
            message = (
                f"{name} moves {', '.join(missing)}, and the axes are {', '.join(sorted(known))}"
            )
            raise FormulaError(message)
        made[name] = PseudoMotor(
            name=name,
            reals={real: known[real] for real in definition.forward},
            forward=definition.forward,
            inverse=definition.inverse,
            egu=definition.egu,
            axes=known,
            constants=definition.constants,
            precision=definition.precision,
            limits=definition.limits,
            description=definition.description,
        )
    return made


def _in_order(definitions: Mapping[str, PseudoDefinition]) -> list[str]:
    """Give the names, each after those it needs."""
    order: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            chain = " → ".join([*path[path.index(name) :], name])
            message = f"the pseudo motors refer to each other in a circle: {chain}"
            raise FormulaError(message)
        if name in order:
            return
        for needed in sorted(_needs(name, definitions) - {name}):
            if needed in definitions:
                visit(needed, (*path, name))
        order.append(name)

    for name in definitions:
        visit(name, ())
    return order


def _needs(name: str, definitions: Mapping[str, PseudoDefinition]) -> set[str]:
    try:
        return definitions[name].needs()
    except ExpressionError as error:
        message = f"{name} has no usable formula: {error}"
        raise FormulaError(message) from error
