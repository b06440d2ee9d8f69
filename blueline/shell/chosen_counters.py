"""The word `counters`: which counters scans read where they name none."""

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from blueline.context import Context


class ChosenCounters:
    """Choose what scans and counts read where they name no counters; kept for the next session.

    Typed alone it only says what they read.

    Parameters
    ----------
    context
        Keeps the choice.

    Examples
    --------
    >>> counters(scaler, mca)  # doctest: +SKIP
    scans read scaler, mca where they name no counters
    >>> counters()  # those of the beamline, again  # doctest: +SKIP
    scans read scaler where they name no counters
    """

    #: At the prompt it is called without brackets, as functions are: ``counters scaler mca``.
    is_typed = True

    def __init__(self, context: "Context") -> None:
        self._context = context

    def __repr__(self) -> str:
        """Say what scans read."""
        chosen = ", ".join(self._context.counters) or "nothing"
        return f"scans read {chosen} where they name no counters"

    def __call__(self, *counters: Any) -> Self:  # noqa: ANN401 - devices, or their names
        """Have scans read these; without any, those of the beamline.

        Raises
        ------
        BluelineError
            One of them is no device of this session.
        """
        self._context.choose_counters(*counters)
        return self
