"""Unit, precision and limits of a number, asked for without waiting."""

from collections.abc import Callable
from typing import Any

from ophyd.signal import EpicsSignalBase

# isort: split
# after ophyd, which chooses the libca
from epics import ca, dbr

from devices.channel_access import Group, ask, channel_of, in_use


def request_unit(
    signal: EpicsSignalBase, report: Callable[[list[dict[str, Any]] | str], None]
) -> None:
    """Ask for unit, precision and limits of a number; `report` as of `channel_access.request`.

    Raises
    ------
    NotConnectedError
        The channel is not connected.
    """
    group = Group([signal], report, _unit_of)
    libca: Any = ca.libca
    with in_use:
        ask(group, [signal], [channel_of(signal)], dbr.CTRL_DOUBLE)
        libca.ca_flush_io()


def _unit_of(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - a ctypes structure
    told = dbr.ctrl_double.from_address(answer.dbr)
    return {
        "units": told.units.decode("latin-1"),
        "precision": told.precision,
        "lower_ctrl_limit": told.lower_ctrl_limit,
        "upper_ctrl_limit": told.upper_ctrl_limit,
        "status": told.status,
        "severity": told.severity,
    }
