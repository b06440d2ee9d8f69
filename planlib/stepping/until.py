"""A condition that ends a scan early: text such as ``"It > 1e5"``, or a function."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from planlib.errors import PlanError
from planlib.stepping.scan import Condition
from reduction.expression import Expression, ExpressionError


class Until:
    """Tells from the newest event of a scan whether it has measured enough.

    Parameters
    ----------
    condition
        A comparison of fields of the events, in the grammar of `reduction.expression`; or a
        function of the values by field, which gives true or false.

    Raises
    ------
    PlanError
        It is neither.

    Examples
    --------
    >>> until = Until("It > 1e5")
    >>> until({"It": 5.0}), until({"It": 2e5})
    (False, True)
    >>> str(until)
    'It > 1e5'
    """

    def __init__(self, condition: Condition) -> None:
        self._expression: Expression | None = None
        self._function: Any = condition
        if isinstance(condition, str):
            try:
                self._expression = Expression(condition)
            except ExpressionError as error:
                message = f"until is a comparison such as It > 1e5: {error}"
                raise PlanError(message) from error
        elif not callable(condition):
            message = (
                f"until is a text such as 'It > 1e5' or a function of the newest values, not "
                f"{condition!r:.60}"
            )
            raise PlanError(message)

    def __call__(self, values: Mapping[str, Any]) -> bool:
        """Say whether it is true of these values; NaN makes no comparison true.

        Raises
        ------
        PlanError
            It needs a field that is not there, or what the field holds is no number.
        """
        if self._expression is None:
            return bool(self._function(dict(values)))
        self.require(values.keys())
        try:
            found = self._expression.evaluate(values)
        except ExpressionError as error:
            message = f"until {self} cannot be told: {error}"
            raise PlanError(message) from error
        return bool(np.all(found.valid) and np.all(found.value != 0))

    def require(self, known: Collection[str]) -> None:
        """Refuse names that no event has.

        Raises
        ------
        PlanError
            With those that there are.
        """
        unknown = sorted(self.names - set(known))
        if unknown:
            message = (
                f"until {self} needs {', '.join(unknown)}, which this scan does not measure; it "
                f"measures {', '.join(sorted(known))}"
            )
            raise PlanError(message)

    @property
    def names(self) -> frozenset[str]:
        """The fields that it needs; none are known of a function."""
        return frozenset() if self._expression is None else self._expression.names

    @property
    def reason(self) -> str:
        """What is told when it is true; an object that is called says it by its ``str``."""
        is_function = self._expression is not None or hasattr(self._function, "__name__")
        return f"{self} is true" if is_function else str(self)

    def __str__(self) -> str:
        """Show what was typed, or the function's name."""
        if self._expression is not None:
            return self._expression.text
        return str(getattr(self._function, "__name__", self._function))


def fields_of(devices: Sequence[Any]) -> set[str] | None:
    """Give the fields that devices will measure; None where that shows with the first event."""
    fields: set[str] = set()
    for device in devices:
        try:
            described = device.describe()
        except Exception:  # it may need to be staged first, or a connection
            return None
        if not isinstance(described, Mapping):  # ophyd-async's is awaited by the engine
            getattr(described, "close", lambda: None)()
            return None
        fields |= described.keys()
    return fields
