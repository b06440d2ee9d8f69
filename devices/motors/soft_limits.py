"""The soft limits of an axis, off for a search and back after it (BL-57)."""

import logging
import threading
from typing import TYPE_CHECKING

from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.errors import DeviceError, MoveError, RefusedError
from devices.motors.motor_setup import PUT_DEADLINE
from devices.status import HALT_PATIENCE, DeadlineStatus, all_of, finished

if TYPE_CHECKING:
    from devices.motors.motor import Motor

log = logging.getLogger(__name__)


class SoftLimits:
    """Switch the soft limits of an axis off and on.

    Parameters
    ----------
    motor
        The axis.
    """

    def __init__(self, motor: "Motor") -> None:
        self._motor = motor
        self._turn = threading.Lock()
        self._kept: tuple[float, float] | None = None

    @property
    def due(self) -> list[tuple[EpicsSignalBase, float]]:
        """What must be written to have them on; nothing where they are."""
        if self._kept is None:
            return []
        low, high = self._kept
        return [(self._motor.low_limit, low), (self._motor.high_limit, high)]

    def switch_off(self) -> None:
        """Make them equal, which the record takes for none.

        Raises
        ------
        DeviceError
            They are off for a search that has not ended, cannot be read, or are not taken.
        """
        signals = (self._motor.low_limit, self._motor.high_limit)
        with self._turn:
            if self._kept is not None:
                name = self._motor.name
                message = (
                    f"{name} still ends its search before, for which its soft limits are off: "
                    "ask again when it stands"
                )
                raise MoveError(message)
            low, high = (sample.value for sample in channel_access.fetch(signals))
            self._kept = low, high
        try:
            for signal in signals:
                channel_access.write(signal, 0.0, PUT_DEADLINE)
        except DeviceError:
            self.switch_on()
            raise

    def switch_on(self) -> DeadlineStatus:
        """Write those of before, without waiting; a failure says what is to be written then."""
        due = self.due
        if not due:
            return finished(f"leaving the soft limits of {self._motor.name} on")
        whole = DeadlineStatus(f"setting the soft limits of {self._motor.name}", 2 * PUT_DEADLINE)
        puts = [_put(signal, value) for signal, value in due]
        low, high = (value for _, value in due)

        def ended(written: DeadlineStatus) -> None:
            error, self._kept = written.exception(), None
            if error is None:
                whole.finish()
                return
            message = (
                f"its soft limits are off ({error}): set them again by "
                f"{self._motor.name}.set_limits({low!r}, {high!r})"
            )
            log.error("%s: %s", self._motor.name, message)
            whole.fail(MoveError(message))

        all_of(whole.what, puts).add_callback(ended)
        return whole

    def end_after(self, searching: DeadlineStatus) -> DeadlineStatus:
        """Give the status of a search at whose end, whatever that is, they are on again."""
        ends = searching.deadline + HALT_PATIENCE + 3 * PUT_DEADLINE
        whole = DeadlineStatus(searching.what, ends)

        def finish(restored: DeadlineStatus) -> None:
            error, trouble = searching.exception(), restored.exception()
            if trouble is not None:
                said = error or f"{searching.what} failed"
                error = MoveError(f"{said}; {trouble}")
            whole.finish() if error is None else whole.fail(error)

        searching.add_callback(lambda _: self.switch_on().add_callback(finish))
        return whole


def _put(signal: EpicsSignalBase, value: float) -> DeadlineStatus:
    status = DeadlineStatus(f"writing {value:g} to {signal.pvname}", PUT_DEADLINE)

    def completed(refusal: str | None) -> None:
        if refusal is None:
            status.finish()
        else:
            status.fail(RefusedError(f"{signal.pvname} was refused: {refusal}"))

    try:
        channel_access.put(signal, value, completed)
    except DeviceError as error:
        status.fail(error)
    return status
