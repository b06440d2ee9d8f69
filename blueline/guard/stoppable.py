"""How devices are stopped by somebody who has nothing but Channel Access."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from blueline.guard.puts import Put
from planlib.real_axes import real_axes

log = logging.getLogger(__name__)


def stops(device: Any) -> list[Put]:  # noqa: ANN401 - whatever a plan may move
    """Give what stops a device, and the real axes behind it.

    Our devices tell it by ``guard_puts``; of others we know ophyd's ``EpicsMotor``, by its
    ``motor_stop``, and ``PVPositioner``, by its ``stop_signal`` and ``stop_value``. What has none
    of these, as a temperature controller that holds by itself, goes on.
    """
    return [put for axis in real_axes([device]) for put in _puts_of(axis)]


def shutters(devices: Iterable[Any]) -> list[Put]:
    """Give what shuts those of the devices that tell ``is_open`` and ``guard_puts``."""
    found = [device for device in devices if hasattr(type(device), "is_open")]
    return [put for device in found for put in _puts_of(device)]


def _puts_of(device: Any) -> Iterator[Put]:  # noqa: ANN401
    name = str(getattr(device, "name", device))
    try:
        asked = list(_signals_of(device))
    except Exception:  # whatever a device does when it is asked, its move must go on
        log.exception("how %s is stopped cannot be told", name)
        return
    for signal, value in asked:
        pv = getattr(signal, "setpoint_pvname", None) or getattr(signal, "pvname", None)
        if isinstance(pv, str):
            yield Put(name, pv, float(value), _server(signal))


def _signals_of(device: Any) -> Iterator[tuple[Any, float]]:  # noqa: ANN401
    if hasattr(device, "guard_puts"):
        yield from device.guard_puts()
    elif hasattr(device, "motor_stop"):
        yield device.motor_stop, 1.0
    elif getattr(device, "stop_signal", None) is not None:
        yield device.stop_signal, float(device.stop_value)


def _server(signal: Any) -> str:  # noqa: ANN401 - an ophyd signal
    """Give the server that a signal is connected to."""
    from devices.channel_access import server_of

    return server_of(signal)
