"""Devices that people make themselves: add_device (PS-10)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueline.shell.desk import Desk


def add_device(desk: "Desk", device: object, *, shares_channels: bool = False) -> None:
    """Have a device that was made by hand be one of the session, until it ends.

    It is listed, locked and watched as all others. A second one of the same name or channels is
    refused; a beamline's folder is where devices are described that are to stay.

    Parameters
    ----------
    shares_channels
        Whether it may have the channels of another device.

    Examples
    --------
    >>> y2 = Motor("BL:sample:y2", name="y2")  # doctest: +SKIP
    >>> add_device(y2)  # doctest: +SKIP
    """
    from devices import NotConnectedError

    added = desk.session.add(device, shares_channels=shares_channels)
    desk.show(f"{added.name} is one of the devices until the session ends")
    try:
        desk.session.connections.require(added)
    except NotConnectedError as error:
        desk.show(str(error))
