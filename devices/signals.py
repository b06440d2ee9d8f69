"""ophyd's signals, connected with one question less, and followed without end to patience."""

# ophyd annotates less than it takes
# pyright: reportIncompatibleMethodOverride=false

from typing import Any

from ophyd import EpicsSignal, EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from devices.mailbox import Mailbox
from devices.telling import Telling


class _Channel(EpicsSignalBase):
    """Leave out what is asked twice, units and limits; tell subscribers the truth, and in bounds.

    ophyd asks for units when a channel connects. pyepics asks again, and waits, when a monitor
    begins and when it makes a text of the value; all answers go to the same place, one round trip
    each.

    Updates wait for slow subscribers in a `Mailbox`, and not in ophyd's queue, which has no end
    (H16). Who reads the signal while being told is given what was told.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - ophyd's
        self._mailboxes: list[Mailbox[dict[str, Any]]] = []
        self._telling: Telling[dict[str, Any]] = Telling()
        super().__init__(*args, **kwargs)

    @property
    def dropped(self) -> int:
        """How many updates came too fast for those who have subscribed to them."""
        return sum(mailbox.dropped for mailbox in self._mailboxes)

    def _add_callback(self, pvname: str, pv: Any, cb: Any) -> None:  # noqa: ANN401 - of pyepics
        with self._metadata_lock:
            if not self._monitors[pvname]:
                mailbox: Mailbox[dict[str, Any]] = Mailbox(pvname, lambda update: cb(**update))
                self._mailboxes.append(mailbox)
                monitor = pv.add_callback(_poster(mailbox), run_now=False, with_ctrlvars=False)
                self._monitors[pvname] = monitor
                known = pv._args  # noqa: SLF001 - what pyepics would have passed
                if pv.connected and known["value"] is not None:
                    cb(**known)

    def _read_changed(self, value: Any = None, **told: Any) -> None:  # noqa: ANN401 - pyepics's
        is_text = self._string and "char_value" in told
        reading = {
            "value": told["char_value"] if is_text else value,
            "timestamp": told["timestamp"],
        }
        with self._telling.of(reading):
            super()._read_changed(value=value, **told)

    def read(self) -> dict[str, Any]:
        """Give the value and its time; to subscribers those that they are being told."""
        told = self._telling.now
        return super().read() if told is None else {self.name: told}

    def unsubscribe(self, cid: int) -> None:
        """Tell a subscriber nothing more, once it was told what has come."""
        for mailbox in self._mailboxes:
            mailbox.wait_until_empty()
        super().unsubscribe(cid)


def _poster(mailbox: Mailbox[dict[str, Any]]) -> Any:  # noqa: ANN401 - a function with an attribute
    def post(**update: Any) -> None:  # noqa: ANN401 - pyepics's
        mailbox.post(update)

    # ophyd would put it into its own queue
    setattr(post, "_wrapped_callback", True)  # noqa: B010 - functions have none
    return post


class EpicsChannel(_Channel, EpicsSignal):
    """A channel that is read and written."""


class EpicsChannelRO(_Channel, EpicsSignalRO):
    """A channel that is read."""
