"""What was read of a record, and whether what its monitor tells is newer (T3)."""

import time
from dataclasses import dataclass

from devices.channel_access import Sample

#: 1991 in seconds since 1970: EPICS counts from 1990, which a record without a time says.
_FIRST_TIME = 662_688_000.0
#: Seconds that a monitor comes late at the most, by the times of a server.
MOST = 60.0
#: Seconds for which a monitor may be one from before, where times tell nothing.
_LATE = 1.0


def is_a_time(timestamp: float) -> bool:
    """Tell whether a record has a time; those that have none, or no clock, are of 1990."""
    return timestamp >= _FIRST_TIME


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was read, by a get, when its monitor had told `told` last.

    Monitors may come later than what was read, and then tell what was before. Times of the server
    say so, unless its clock was set back since, or there is none.
    """

    sample: Sample
    told: Sample | None
    when: float

    def is_before(self, newest: Sample) -> bool:
        """Tell whether what the monitor has told now is newer."""
        if newest is self.told:
            return False
        later = newest.timestamp - self.sample.timestamp
        if later == 0:
            return time.monotonic() - self.when > _LATE
        return later > 0 or later < -MOST
