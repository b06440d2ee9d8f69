"""What somebody else does to the beamline meanwhile, with a client that knows nothing of ours.

It opens a connection for each request and closes it: neither libca, which tests share with the
devices, nor an IOC that died and came back meets anything left over.
"""

from caproto import ChannelType
from caproto.sync.client import read, write

from tests.waiting import PATIENCE


def read_pv(name: str) -> float:
    """Give the value of a PV as a number, asked for now; of a menu its index."""
    answer = read(name, data_type=ChannelType.DOUBLE, timeout=PATIENCE, repeater=False)
    (value,) = answer.data
    return float(value)


def write_pv(name: str, value: float) -> None:
    """Write a PV and wait until the IOC has dealt with it."""
    write(name, value, notify=True, timeout=PATIENCE, repeater=False)
