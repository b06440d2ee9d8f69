"""What clients do with records, for the tests of this folder."""

from sim_ioc.channel_access.fields import checked
from sim_ioc.site import Site
from tests.unit.sim_ioc.virtual_time import virtual_clock


def virtual_site(factor=1.0, *, instant=False, seed=0):
    """Make a site whose clock follows the running loop."""
    return Site("T:", virtual_clock(factor, instant=instant), seed)


async def caput(record, name, value):
    """Put as a client does, and return when the put completes."""
    field = record.fields[name]
    await record.put(field, checked(field, value))
