"""Where Channel Access looks and listens: loopback only, unless a beamline says otherwise."""

import contextlib
import os
import sys
from collections.abc import Sequence

from blueline.errors import BluelineError
from blueline.repeater import LOOPBACK, Repeater

_ADDRESSES = "EPICS_CA_ADDR_LIST"
#: Default port of Channel Access servers.
DEFAULT_PORT = 5064
#: Largest array that may travel, bytes: a 2k x 2k image of 32 bits.
LARGEST_ARRAY = 20_000_000


def use_loopback(ports: Sequence[int] = (DEFAULT_PORT,)) -> None:
    """Confine Channel Access, client and server, to this machine.

    Call it before anything imports pyepics or caproto: libca reads its environment once.

    Parameters
    ----------
    ports
        Of the IOCs to be found, e.g. of two virtual beamlines. Where Channel Access runs already,
        any of those that it searches.

    Raises
    ------
    BluelineError
        Channel Access is in use already with other addresses.
    """
    _use(loopback_environment(ports))


def use_channel_access(
    port: int, addresses: Sequence[str] = (), *, searches_networks: bool = False
) -> None:
    """Have Channel Access look for IOCs on this machine and at other addresses; see `use_loopback`.

    Parameters
    ----------
    port
        Of the IOCs on this machine.
    addresses
        Hosts, or ``host:port``, of others.
    searches_networks
        Whether all networks of this machine are searched as well. Servers of ours stay on this
        machine.

    Raises
    ------
    BluelineError
        Channel Access is in use already with other addresses.
    """
    wanted = loopback_environment([port])
    wanted[_ADDRESSES] = " ".join([wanted[_ADDRESSES], *addresses])
    if searches_networks:
        wanted["EPICS_CA_AUTO_ADDR_LIST"] = "YES"
    _use(wanted)


def _use(wanted: dict[str, str]) -> None:
    if _client_is_running() and _searched_already(wanted[_ADDRESSES]):
        wanted[_ADDRESSES] = os.environ[_ADDRESSES]
    changed = {key for key, value in wanted.items() if os.environ.get(key) != value}
    if changed and _client_is_running():
        message = (
            "Channel Access is already in use in this process with other addresses; "
            f"set {', '.join(sorted(changed))} before it starts"
        )
        raise BluelineError(message)
    os.environ.update(wanted)
    _serve_repeater(int(wanted["EPICS_CA_REPEATER_PORT"]))


def loopback_environment(ports: Sequence[int] = (DEFAULT_PORT,)) -> dict[str, str]:
    """Give every EPICS variable that keeps Channel Access and PV Access on this machine."""
    addresses = " ".join(f"{LOOPBACK}:{port}" for port in ports)
    environment = {
        _ADDRESSES: addresses,
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
        "EPICS_CA_NAME_SERVERS": "",
        "EPICS_CA_MAX_ARRAY_BYTES": str(LARGEST_ARRAY),
        "EPICS_CA_REPEATER_PORT": str(_repeater_port()),
        "EPICS_CAS_INTF_ADDR_LIST": LOOPBACK,
        "EPICS_CAS_BEACON_ADDR_LIST": LOOPBACK,
        "EPICS_CAS_AUTO_BEACON_ADDR_LIST": "NO",
    }
    for server in ("PVA", "PVAS"):
        environment |= {
            f"EPICS_{server}_ADDR_LIST": LOOPBACK,
            f"EPICS_{server}_AUTO_ADDR_LIST": "NO",
            f"EPICS_{server}_INTF_ADDR_LIST": LOOPBACK,
            f"EPICS_{server}_BEACON_ADDR_LIST": LOOPBACK,
            f"EPICS_{server}_AUTO_BEACON_ADDR_LIST": "NO",
        }
    return environment


def _searched_already(addresses: str) -> bool:
    """Tell whether the client searches these addresses, on this machine alone."""
    searched = os.environ.get(_ADDRESSES, "").split()
    is_local = all(address.startswith(LOOPBACK) for address in searched)
    return is_local and set(addresses.split()) <= set(searched)


def _repeater_port() -> int:
    return int(os.environ.get("EPICS_CA_REPEATER_PORT", "5065"))


def _client_is_running() -> bool:
    ca = sys.modules.get("epics.ca")
    return ca is not None and getattr(ca, "libca", None) is not None


def _serve_repeater(port: int) -> None:
    """Be the repeater of this machine, unless there is one; another process's does as well."""
    with contextlib.suppress(OSError):
        Repeater(port)
