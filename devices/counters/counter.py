"""What all our counters have in common: how long they count, and what a failure means."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import logging
import math
import time
from collections import OrderedDict
from typing import Any

from ophyd import Device
from ophyd.signal import EpicsSignalBase

from devices.counters.count_status import CountStatus
from devices.counters.reading import Reading, no_value
from devices.errors import CountError, DeviceError
from devices.status import DeadlineStatus, finished
from reduction.counting import CountPolicy

log = logging.getLogger(__name__)

#: A count may take its time times this...
COUNT_MARGIN = 2.0
#: ...plus this many seconds (reliability H15).
COUNT_GRACE = 5.0
#: Seconds for a count that ends with enough counts, or by others: a beam that is off never ends it.
LONGEST_COUNT = 600.0
#: How long counters count that were told nothing.
_DEFAULT = CountPolicy(seconds=1.0)


class Counter(Device):
    """A device that counts when it is triggered, for as long as `prepare` said.

    A subclass says by `_count` how a count goes and by `_readings` what came of it.

    Parameters
    ----------
    critical
        Whether a failure ends the scan. One that is not critical gives NaN and a warning instead
        (BL-74).
    longest_count
        Seconds after which a count fails that others are to end, or counts on a monitor.
    """

    #: Whether it times its counts itself, so that others can end theirs with it (PS-66).
    leads = False
    #: Name of the counter whose counts can end a count; None without.
    monitor: str | None = None

    def __init__(
        self,
        prefix: str = "",
        *,
        name: str,
        critical: bool = True,
        longest_count: float = LONGEST_COUNT,
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        super().__init__(prefix, name=name, **kwargs)
        self.critical = critical
        self.longest_count = longest_count
        self._policy: CountPolicy | None = _DEFAULT
        self._under_way: CountStatus | None = None
        #: The last count was ended by unstaging: there is none to read.
        self._is_abandoned = False
        self._failure: Exception | None = None

    # --- what a subclass does

    def _count(self) -> CountStatus:
        """Start a count under `policy`."""
        raise NotImplementedError

    def _halt(self) -> None:
        """Have the hardware end a count, without waiting and without a verdict on it."""
        raise NotImplementedError

    def _readings(self) -> "OrderedDict[str, Reading]":
        """Give what the last count gave."""
        raise NotImplementedError

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe what the readings will be; needs no connection."""
        raise NotImplementedError

    def require_count_time(self) -> None:
        """Refuse what cannot be told how long to count.

        Raises
        ------
        CountError
            Its count time is set elsewhere.
        """

    def require_policy(self, policy: CountPolicy) -> None:
        """Refuse what it cannot count for, before anything is told to it.

        Raises
        ------
        CountError
            The time is too short for it.
        """

    def require_ended_by_others(self) -> None:
        """Refuse what others cannot end.

        Raises
        ------
        CountError
            It can only end by itself.
        """

    @property
    def own_signals(self) -> list[EpicsSignalBase]:
        """Channels that it needs besides those of its components."""
        return []

    @property
    def counter_names(self) -> list[str]:
        """Names of its values in the data."""
        return list(self.describe())

    # --- how long

    @property
    def policy(self) -> CountPolicy | None:
        """When the next counts end; None: when others end them."""
        return self._policy

    @property
    def count_time(self) -> float:
        """Seconds that the next trigger counts; NaN where something else ends it."""
        seconds = None if self._policy is None else self._policy.seconds
        return math.nan if seconds is None else seconds

    def prepare(self, value: CountPolicy) -> DeadlineStatus:
        """Set how long the following triggers count.

        Raises
        ------
        CountError
            Counts on a monitor were asked for, and it has none.
        """
        if value.seconds is None and self.monitor is None:
            message = (
                f"{self.name} cannot count to {value}: it has no monitor counter; in a measurement "
                "group with a scaler that has one it can"
            )
            raise CountError(message)
        self._policy = value
        return finished(f"preparing {self.name}")

    def follow(self) -> DeadlineStatus:
        """Count, from the next trigger on, until ``stop(success=True)``."""
        self._policy = None
        return finished(f"preparing {self.name}")

    def _for_how_long(self) -> str:
        if self._policy is None:
            return "until stopped"
        if self._policy.seconds is not None:
            return f"for {self._policy}"
        return f"to {self._policy} of {self.monitor}"

    def _deadline(self) -> float:
        if self._policy is None:
            return self.longest_count + COUNT_GRACE
        seconds = self._policy.seconds
        return self.longest_count if seconds is None else COUNT_MARGIN * seconds + COUNT_GRACE

    # --- counting

    def trigger(self) -> DeadlineStatus:
        """Count; done when the values are there."""
        self._failure = None
        self._is_abandoned = False
        try:
            status = self._count()
        except DeviceError as error:
            if self.critical:
                raise
            self._do_without(error)
            return finished(f"counting {self.name}")
        self._under_way = status
        return status if self.critical else self._forgiven(status)

    def _forgiven(self, status: DeadlineStatus) -> DeadlineStatus:
        """Give a status that ends well however the count ends."""
        forgiven = DeadlineStatus(status.what, status.deadline + COUNT_GRACE)

        def ended(count: DeadlineStatus) -> None:
            error = count.exception()
            if error is not None:
                self._do_without(error)
            forgiven.finish()

        status.add_callback(ended)
        return forgiven

    def _do_without(self, error: Exception) -> None:
        self._failure = error
        log.warning("%s gives no value, and the scan goes on: %s", self.name, error)

    @property
    def has_failed(self) -> bool:
        """Whether the last count gave no value, and that was forgiven."""
        return self._failure is not None

    def stop(self, *, success: bool = False) -> None:
        """End a count under way.

        Parameters
        ----------
        success
            What was counted so far is the count; otherwise the count has failed.
        """
        status = self._under_way
        if success or status is None or status.done:
            if status is not None:
                status.is_cut = success
            self._halt()
        else:
            status.decide(lambda: self._stopped(status))

    def _stopped(self, status: CountStatus) -> None:
        self._halt()
        message = f"{status.what} failed: it was stopped"
        raise CountError(message)

    def unstage(self) -> list[object]:
        """End what is under way: nobody waits for it any more.

        Its status ends well, and before the hardware is told: a failure now would be taken for one
        of the clean-up, hide the error that led to it, and fail a run that is over. What it has
        counted is nobody's: as before a first count, there is none to read.
        """
        status = self._under_way
        if status is not None and not status.done:
            self._is_abandoned = True
            status.finish()
            try:
                self._halt()
            except DeviceError as error:  # the rest of the clean-up must not suffer for it
                log.warning("%s could not be stopped: %s", self.name, error)
        return super().unstage()

    # --- what goes into the data

    def read(self) -> "OrderedDict[str, Reading]":
        """Give what the last count gave."""
        if self._failure is None:
            try:
                return self._readings()
            except DeviceError as error:
                if self.critical:
                    raise
                self._do_without(error)
        now, why = time.time(), str(self._failure)
        described = self.describe().items()
        return OrderedDict((name, no_value(key, now, why)) for name, key in described)
