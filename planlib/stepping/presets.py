"""BLISS's three kinds of presets (BL-84): what belongs together before, in and after a scan.

Their methods are hooks: functions or plans that take none, some or all of ``scan, idx, pos,
point``. Those that are not overridden cost nothing.
"""

from typing import Any, Literal


class Preset:
    """What the three kinds share.

    Attributes
    ----------
    on_error
        What happens to the scan if a method fails; see `planlib.stepping.hooks.Hook`.
    """

    on_error: Literal["abort", "warn", "ignore"] = "abort"

    def prepare(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any hook
        """Make things ready."""

    def start(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any hook
        """Set things going."""

    def before_stop(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any hook
        """Look at things while they go."""

    def stop(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any hook
        """Put things back, whatever has happened."""


class ScanPreset(Preset):
    """Belongs to a scan: ``prepare`` before the run is opened, ``start`` before anything moves.

    ``stop`` comes last, also after errors, and also where ``prepare`` has failed.

    Examples
    --------
    >>> class Shutter(ScanPreset):
    ...     def start(self):
    ...         print("open")
    ...
    ...     def stop(self):
    ...         print("close")
    >>> RE(ascan(x, 0, 5, 10, 0.1, hooks=Hooks(presets=Shutter())))  # doctest: +SKIP
    """


class ChainPreset(Preset):
    """Belongs to the acquisition of a scan; ``before_stop`` comes after the last point.

    A scan that has failed goes straight to ``stop``.

    Examples
    --------
    >>> class Ring(ChainPreset):
    ...     def before_stop(self, point):
    ...         print("after point", point.index)
    >>> RE(ascan(x, 0, 5, 10, 0.1, hooks=Hooks(presets=Ring())))  # doctest: +SKIP
    """


class PointPreset(Preset):
    """Belongs to each point: ``prepare`` before the axes move, ``start`` when they are there.

    ``stop`` comes when the event is out, and after errors where ``start`` was reached. A point that
    is repeated after a pause is stopped, and started again; it may be stopped where it was only
    about to start. BLISS's name is ``ChainIterationPreset``.

    Examples
    --------
    >>> class Lamp(PointPreset):
    ...     def start(self):
    ...         print("on")
    ...
    ...     def stop(self):
    ...         print("off")
    >>> RE(ascan(x, 0, 5, 10, 0.1, hooks=Hooks(presets=Lamp())))  # doctest: +SKIP
    """
