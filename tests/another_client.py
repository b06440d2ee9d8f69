"""What somebody else does to the beamline meanwhile, with a client that knows nothing of ours.

It opens a connection for each request and closes it: neither libca, which tests share with the
devices, nor an IOC that died and came back meets anything left over.
"""

from collections.abc import Callable
from typing import TypeVar

from caproto import CaprotoError, ChannelType
from caproto.sync.client import read, write

from tests.waiting import PATIENCE

_Answer = TypeVar("_Answer")
#: Of some ten thousand connections on a busy machine one is closed before anything was asked for.
_NOTHING_ASKED = "Disconnected during initialization"


def read_pv(name: str) -> float:
    """Give the value of a PV as a number, asked for now; of a menu its index."""
    (value,) = _connected(
        lambda: read(name, data_type=ChannelType.DOUBLE, timeout=PATIENCE, repeater=False)
    ).data
    return float(value)


def write_pv(name: str, value: float) -> None:
    """Write a PV and wait until the IOC has dealt with it."""
    _connected(lambda: write(name, value, notify=True, timeout=PATIENCE, repeater=False))


def _connected(request: Callable[[], _Answer]) -> _Answer:
    """Connect once more where the connection was closed, as every client of EPICS does."""
    try:
        return request()
    except CaprotoError as error:
        if str(error) != _NOTHING_ASKED:
            raise
        return request()
