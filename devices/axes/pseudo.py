"""An axis computed from other axes by a formula that is a class."""

from collections.abc import Mapping
from typing import Any

from devices.axes.axis import Axis, Positions
from devices.axes.coupling import AxisFormula, FormulaCoupling
from devices.axes.derived_axis import DerivedAxis

__all__ = ["AxisFormula", "Positions", "PseudoAxis"]


class PseudoAxis(DerivedAxis):
    """An axis whose position is computed from real axes that all move together.

    If one of the real axes fails, the others are stopped, and the position is what the axes say.
    A real axis may itself be a pseudo axis: the axes at the bottom then all move in one go.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    reals
        The axes it moves by the names that the formula uses.
    formula
        The mathematics.
    egu
        Unit of the pseudo position.
    precision
        Decimals to show.
    options
        `limits` narrower than those that follow from the real axes, and a `description`.

    Examples
    --------
    The opening of a slit, over its two blades:

    >>> class Opening:
    ...     def forward(self, pseudo):
    ...         return {"left": -pseudo / 2, "right": pseudo / 2}
    ...
    ...     def inverse(self, reals):
    ...         return reals["right"] - reals["left"]
    >>> from types import SimpleNamespace
    >>> from devices import PseudoAxis, SoftAxis
    >>> blades = SimpleNamespace(left=-1.0, right=2.0)
    >>> reals = {n: SoftAxis(blades, n, name=n, limits=(-5, 5)) for n in ("left", "right")}
    >>> opening = PseudoAxis(name="opening", reals=reals, formula=Opening(), egu="mm")
    >>> opening.position
    3.0
    >>> opening.set(4.0).wait(10)
    >>> blades.left, blades.right
    (-2.0, 2.0)
    """

    def __init__(
        self,
        *,
        name: str,
        reals: Mapping[str, Axis],
        formula: AxisFormula,
        egu: str,
        precision: int = 3,
        **options: Any,  # noqa: ANN401 - those of DerivedAxis
    ) -> None:
        super().__init__(name=name, egu=egu, precision=precision, **options)
        self.formula = formula
        self.couple(FormulaCoupling(self, reals, formula))
