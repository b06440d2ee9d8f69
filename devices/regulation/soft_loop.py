"""A PID loop in software, on anything that can be read and anything that can be set."""

import atexit
import math
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from simple_pid import PID

from devices.errors import InvalidTargetError
from devices.regulation.loop import RegulationLoop

Source = Callable[[], float]
Sink = Callable[[float], object]


def reader(source: Any) -> Source:  # noqa: ANN401 - signals, devices, functions
    """Give the function that reads a number off a signal, a readable device or a function."""
    if hasattr(source, "get"):
        return lambda: float(source.get())
    if hasattr(source, "read"):
        return lambda: float(next(iter(source.read().values()))["value"])
    if callable(source):
        return lambda: float(source())  # type: ignore[arg-type]
    message = f"a loop reads a signal, a device or a function, not {source!r}"
    raise InvalidTargetError(message)


def writer(sink: Any) -> Sink:  # noqa: ANN401
    """Give the function that sends a number to a signal, a movable device or a function."""
    for name in ("put", "set"):
        if hasattr(sink, name):
            return getattr(sink, name)
    if callable(sink):
        return sink
    message = f"a loop writes to a signal, a device or a function, not {sink!r}"
    raise InvalidTargetError(message)


class SoftLoop(RegulationLoop):
    """Regulate in a thread of this process, `frequency` times a second (BL-131).

    The regulator's result, 0 to 1 or, with a `range_` of (-1, 1), -1 to 1, is mapped linearly onto
    `output_limits`.

    Parameters
    ----------
    input, output
        A signal, a device or a function: what is read, and what is set.
    p, i, d
        Parallel form: result = p·e + i·∫e dt + d·de/dt, e in units of the input.
    proportional_on_measurement
        The proportional part acts on the input instead of the error: no overshoot on steps.
    output_limits
        Lowest and highest output, in its units.
    relative
        Add to the output where it stood at the start, instead of setting it (BL-136).
    safe_output
        Put there when the regulation ends, fails, or the process ends; None leaves it.
    allow
        Called before each action; while it gives False nothing is sent (BL-135).

    Examples
    --------
    >>> oven = SoftLoop(
    ...     name="oven", input=thermometer, output=heater, p=0.4, i=0.02, d=0.3,
    ...     output_limits=(0, 100), safe_output=0, ramp_rate=10, egu="K",
    ... )  # doctest: +SKIP
    >>> RE(bps.mv(oven, 350))  # doctest: +SKIP
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of a loop may say
        self,
        *,
        name: str,
        input: Any,  # noqa: ANN401 - the word of control theory
        output: Any,  # noqa: ANN401
        p: float,
        i: float = 0.0,
        d: float = 0.0,
        frequency: float = 10.0,
        proportional_on_measurement: bool = False,
        range_: tuple[float, float] = (0.0, 1.0),
        output_limits: tuple[float, float] = (0.0, 1.0),
        relative: bool = False,
        safe_output: float | None = None,
        allow: Callable[[], bool] | None = None,
        **kwargs: Any,  # noqa: ANN401 - those of RegulationLoop
    ) -> None:
        if not (math.isfinite(frequency) and 0 < frequency <= 1000):
            message = f"{name} regulates at up to 1000 Hz, not {frequency!r}"
            raise InvalidTargetError(message)
        super().__init__(name=name, **kwargs)
        self.period = 1.0 / frequency
        self._input = input
        self._output = output
        self._read = reader(input)
        self._write = writer(output)
        self._range = range_
        self._output_limits = output_limits
        self._base = 0.0
        self._relative = relative
        self._safe_output = safe_output
        self._allow = allow
        self._last_output = math.nan
        self.pid = PID(
            p,
            i,
            d,
            sample_time=None,
            output_limits=range_,
            proportional_on_measurement=proportional_on_measurement,
        )
        _release_at_exit(self)

    @property
    def output(self) -> float:
        """What was last sent to the output; NaN before."""
        return self._last_output

    def measure(self) -> float:
        """Give the input now."""
        return self._read()

    def _start(self) -> None:
        if not self.is_regulating:
            self.pid.reset()
            self._base = reader(self._output)() if self._relative else 0.0
        super()._start()

    def _regulate(self, setpoint: float, measured: float, seconds: float) -> None:
        if self._allow is not None and not self._allow():
            return
        if self.deadband.is_idle(measured, setpoint):
            return
        self.pid.setpoint = setpoint
        result = self.pid(measured, dt=max(seconds, 1e-9))
        self._send(self._base + self._mapped(float(result or 0.0)))

    def _mapped(self, result: float) -> float:
        (from_low, from_high), (low, high) = self._range, self._output_limits
        return low + (result - from_low) / (from_high - from_low) * (high - low)

    def _send(self, value: float) -> None:
        self._write(value)
        self._last_output = value

    def _released(self) -> None:
        if self._safe_output is not None:
            self._send(self._safe_output)

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give input, setpoint and output."""
        readings = super().read()
        stamp = readings[self.name]["timestamp"]
        readings[f"{self.name}_output"] = {"value": self.output, "timestamp": stamp}
        return readings

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe them."""
        described = super().describe()
        source = f"loop {self.name}"
        described[f"{self.name}_output"] = {"source": source, "dtype": "number", "shape": []}
        return described


def _release_at_exit(loop: SoftLoop) -> None:
    """Have the output put where it is safe when the process ends while the loop regulates."""
    known = weakref.ref(loop)

    def release() -> None:
        alive = known()
        if alive is not None and alive.is_regulating:
            alive.off()

    atexit.register(release)
