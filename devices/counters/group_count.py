"""One count of several counters: who leads, who follows, and how they end together."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from devices.counters.counter import COUNT_GRACE, COUNT_MARGIN, LONGEST_COUNT, Counter
from devices.counters.sampler import sampler
from devices.errors import CountError, DeviceError
from devices.status import DeadlineStatus, all_of
from reduction.counting import CountPolicy

log = logging.getLogger(__name__)


def leader(group: str, counters: Sequence[Any], policy: CountPolicy | None) -> Any:  # noqa: ANN401
    """Give the counter that the others end with; None where each ends by itself.

    Raises
    ------
    CountError
        Counts on a monitor are asked for, and there is not exactly one.
    """
    if policy is None or policy.counts is None:
        return next((counter for counter in counters if getattr(counter, "leads", False)), None)
    able = [counter for counter in counters if getattr(counter, "monitor", None) is not None]
    if len(able) == 1:
        return able[0]
    monitors = ", ".join(f"{counter.monitor} of {counter.name}" for counter in able)
    message = f"{group} cannot count to {policy}: " + (
        f"it has more than one monitor, {monitors}; disable all but one, or name the master"
        if able
        else "no counter that is on has a monitor; give a scaler one, as in monitor='I0'"
    )
    raise CountError(message)


def is_triggered(device: object) -> bool:
    """Tell devices with a trigger of their own from those that can only be read."""
    trigger = getattr(type(device), "trigger", None)
    if getattr(trigger, "__module__", None) in {"ophyd.device", "ophyd.signal"}:
        return bool(getattr(device, "trigger_signals", ()))
    return callable(trigger)


def require_preparable(group: str, counter: Any, policy: CountPolicy) -> None:  # noqa: ANN401
    """Refuse a counter that cannot be told how long to count.

    Raises
    ------
    CountError
        It counts, and nothing sets for how long.
    """
    if isinstance(counter, Counter):
        if policy.seconds is None:
            counter.require_ended_by_others()
        else:
            counter.require_count_time()
            counter.require_policy(policy)
        return
    if not is_triggered(counter):
        return
    if policy.seconds is not None and hasattr(counter, "count_time"):
        return
    what = "count time" if policy.seconds is not None else "end"
    message = (
        f"{group} cannot count {'for' if policy.seconds else 'to'} {policy}: the {what} of "
        f"{counter.name} cannot be set; disable it, or read it beside the group"
    )
    raise CountError(message)


def prepare(counter: Any, policy: CountPolicy, master: object) -> list[DeadlineStatus]:  # noqa: ANN401
    """Tell a counter when to end: by itself, or with the master where that counts to a preset."""
    if isinstance(counter, Counter):
        wanted = None if policy.seconds is None and counter is not master else policy
        if counter.policy == wanted:
            return []
        return [counter.follow() if wanted is None else counter.prepare(wanted)]
    preset = getattr(counter, "count_time", None)
    if preset is None or policy.seconds is None:
        return []
    told = counter.prepare(policy) if isinstance(preset, float) else preset.set(policy.seconds)
    return [_adopted(told, f"preparing {counter.name}", COUNT_GRACE)]


class GroupCount:
    """Trigger counters together, the master last, so that the others cover its count.

    When the master is done, those that sample are ended, and so are those that were told to follow
    (PS-66). When one fails, all are stopped.
    """

    def __init__(
        self,
        name: str,
        counters: Sequence[Any],
        master: Any,  # noqa: ANN401
        policy: CountPolicy | None,
    ) -> None:
        self._name = name
        self._seconds = None if policy is None else policy.seconds
        self._master = master
        others = [each for each in counters if each is not master and is_triggered(each)]
        self._counters = others if master is None else [*others, master]
        self._statuses: dict[str, DeadlineStatus] = {}

    def start(self) -> DeadlineStatus:
        """Trigger all; done when all are."""
        try:
            for counter in self._counters:
                self._statuses[counter.name] = self._triggered(counter)
        except Exception:
            self.stop()
            raise
        if self._master is not None:
            self._statuses[self._master.name].add_callback(self._master_is_done)
        return all_of(f"counting {self._name}", self._statuses.values(), self.stop)

    def _triggered(self, counter: Any) -> DeadlineStatus:  # noqa: ANN401
        status = counter.trigger()
        if isinstance(status, DeadlineStatus):
            return status
        is_timed = self._seconds is not None and hasattr(counter, "count_time")
        longest = COUNT_MARGIN * (self._seconds or 0.0) + COUNT_GRACE if is_timed else LONGEST_COUNT

        def give_up() -> None:
            if hasattr(counter, "stop"):
                _stop(counter)

        return _adopted(status, f"counting {counter.name}", longest, give_up)

    def _master_is_done(self, status: DeadlineStatus) -> None:
        """End the others; after a master without a value only those that nothing else ends."""
        if not status.success:
            return
        is_led = not (isinstance(self._master, Counter) and self._master.has_failed)
        for counter in self._counters[:-1]:
            if _ends_with_others(counter, is_led) and not self._statuses[counter.name].done:
                _stop(counter, success=True)

    def stop(self, *, success: bool = False) -> None:
        """Stop whatever still counts."""
        for counter in self._counters:
            status = self._statuses.get(counter.name)
            if status is not None and not status.done and hasattr(counter, "stop"):
                _stop(counter, success=success)


def _stop(counter: Any, *, success: bool = False) -> None:  # noqa: ANN401
    """Stop a counter, from a thread that must not wait: others' devices may, ours do not."""
    if not isinstance(counter, Counter):
        sampler().call(f"stop of {counter.name}", counter.stop)
        return
    try:
        counter.stop(success=success)
    except DeviceError as error:  # the others must be stopped as well
        log.warning("%s could not be stopped: %s", counter.name, error)


def _ends_with_others(counter: Any, is_led: bool) -> bool:  # noqa: ANN401
    if not isinstance(counter, Counter):
        return False
    return counter.policy is None or (is_led and not counter.leads)


def _adopted(
    status: Any,  # noqa: ANN401
    what: str,
    deadline: float,
    on_deadline: Callable[[], None] | None = None,
) -> DeadlineStatus:
    """Give a status with a deadline that ends as one of any framework does."""
    if isinstance(status, DeadlineStatus):
        return status
    adopted = DeadlineStatus(what, deadline, on_deadline)

    def ended(other: Any) -> None:  # noqa: ANN401
        error = other.exception()
        if error is None:
            adopted.finish()
        else:
            adopted.fail(CountError(f"{what} failed: {error}"))

    status.add_callback(ended)
    return adopted
