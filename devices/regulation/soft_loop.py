"""A PID loop in software, on anything that can be read and anything that can be set."""

import atexit
import logging
import math
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ophyd import EpicsSignal
from simple_pid import PID

from devices.data_keys import number_key
from devices.errors import InvalidTargetError
from devices.finite import is_finite, require_finite
from devices.regulation.looks import RELEASE_DEADLINE
from devices.regulation.loop import RegulationLoop
from devices.regulation.loop_ends import reader, require_finite_value, writer

log = logging.getLogger(__name__)

#: Times a second that a loop in Python can keep up with.
HIGHEST_FREQUENCY = 1000.0


class SoftLoop(RegulationLoop):
    """Regulate in a thread of this process, `frequency` times a second (BL-131).

    The regulator's result, 0 to 1 or, with a `range_` of (-1, 1), -1 to 1, is mapped linearly onto
    `output_limits`.

    Parameters
    ----------
    input, output
        A signal, a device or a function: what is read, and what is set. A counter that samples is
        read whenever the loop looks; an axis is sent on when it has arrived (BL-136).
    p, i, d
        Parallel form: result = p·e + i·∫e dt + d·de/dt, e in units of the input.
    proportional_on_measurement
        The proportional part acts on the input instead of the error: no overshoot on steps.
    output_limits
        Lowest and highest output, in its units.
    relative
        Add to the output where it stood at the start, instead of setting it (BL-136).
    safe_output
        Put there when the regulation ends, fails, or the process ends; None leaves it. Of a process
        that is killed the guard puts it, where the output is an `EpicsSignal` and a plan has set
        the loop.
    allow
        Called before each action; while it gives False the regulation is suspended: it looks, and
        its setpoint ramps, but nothing is sent (BL-135).

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
        if not (is_finite(frequency) and 0 < frequency <= HIGHEST_FREQUENCY):
            message = f"{name} regulates at up to {HIGHEST_FREQUENCY:g} Hz, not {frequency!r}"
            raise InvalidTargetError(message)
        gains = [require_finite(f"p, i and d of {name}", gain, "a number") for gain in (p, i, d)]
        safe = f"the safe_output of {name}"
        if safe_output is not None:
            require_finite(safe, safe_output, "a number, or None")
        super().__init__(name=name, **kwargs)
        self.period = 1.0 / frequency
        self._input = input
        self._output = output
        self._read = reader(name, input)
        self._write = writer(name, output)
        self._range = _checked_span(f"the range_ of {name}", range_)
        self._output_limits = _checked_span(f"the output_limits of {name}", output_limits)
        self._base = 0.0
        self._relative = relative
        self._safe_output = safe_output
        self._allow = allow
        self._last_output = math.nan
        self._is_taken = self._is_suspended = False
        self.pid = PID(
            *gains,
            sample_time=None,
            output_limits=self._range,
            proportional_on_measurement=proportional_on_measurement,
        )
        _release_at_exit(self)

    @property
    def output(self) -> float:
        """What was last sent to the output; NaN before."""
        return self._last_output

    @property
    def is_suspended(self) -> bool:
        """Whether `allow` has held it up when it last looked."""
        return self._is_suspended

    def measure(self) -> float:
        """Give the input now."""
        return self._read()

    def _begin(self, position: float) -> None:
        if self._relative and not self.is_regulating:
            base = reader(self.name, self._output)()
            self._base = require_finite_value(f"the output of {self.name} reads", base)
        super()._begin(position)

    def _start(self) -> None:
        if not self.is_regulating:
            self.pid.reset()
        super()._start()

    def _regulate(self, setpoint: float, measured: float, seconds: float) -> None:
        self._is_suspended = self._allow is not None and not self._allow()
        if self._is_suspended:
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
        require_finite_value(f"the output of {self.name} would be", value)
        self._is_taken = self._write(value)
        if self._is_taken:
            self._last_output = value

    def guard_puts(self) -> list[tuple[EpicsSignal, float]]:
        """Give what makes the output safe, for whoever must when this process has died."""
        if self._safe_output is None or not isinstance(self._output, EpicsSignal):
            return []
        return [(self._output, self._safe_output)]

    def _released(self) -> None:
        """Put the output where it is safe, as soon as it takes that."""
        safe = self._safe_output
        ends = time.monotonic() + RELEASE_DEADLINE
        while safe is not None and not self._is_sent(safe):
            if time.monotonic() > ends:
                log.error(
                    "the output of %s could not be put to %g, its safe value", self.name, safe
                )
                return
            time.sleep(self.period)

    def _is_sent(self, safe: float) -> bool:
        try:
            self._send(safe)
        except Exception as error:  # of whatever a site's output raises
            log.warning("the output of %s refused %g, its safe value: %s", self.name, safe, error)
            return False
        return self._is_taken

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give input, setpoint and output."""
        readings = super().read()
        stamp = readings[self.name]["timestamp"]
        readings[f"{self.name}_output"] = {"value": self.output, "timestamp": stamp}
        return readings

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe them."""
        described = super().describe()
        described[f"{self.name}_output"] = number_key(f"loop {self.name}", "")
        return described


def _checked_span(asked: str, span: tuple[float, float]) -> tuple[float, float]:
    """Give two numbers, the lower first; an output that falls with the result has them so, too."""
    low, high = (require_finite(asked, end, "a pair of numbers, such as (0, 1)") for end in span)
    if low == high:
        message = f"{asked} is a pair of different numbers, such as (0, 1), not {span!r}"
        raise InvalidTargetError(message)
    return low, high


def _release_at_exit(loop: SoftLoop) -> None:
    """Have the output put where it is safe when the process ends while the loop regulates."""
    known = weakref.ref(loop)

    def release() -> None:
        alive = known()
        if alive is not None and alive.is_regulating:
            alive.off()

    atexit.register(release)
