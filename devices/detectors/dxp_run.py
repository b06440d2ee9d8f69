"""One acquisition of several elements: from its start to the verdict on what came of it."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.count_status import CountStatus
from devices.detectors.dxp_buffer import decoded
from devices.detectors.dxp_setup import MODES, DxpSetup, asked_presets
from devices.detectors.element_counts import ElementCounts
from devices.detectors.mca_record import dtype_of
from devices.errors import CountError, DeviceError

if TYPE_CHECKING:
    from devices.detectors.multi_element_mca import MultiElementMca

#: Seconds that the last buffer of a map may take to the plugin that shows it.
_BUFFER_DEADLINE = 5.0
#: Seconds between two looks for it.
_BUFFER_LOOK = 0.02

Report = Callable[[ElementCounts, float], None]


class DxpRun:
    """Start an acquisition of what `setup` has set up, and judge it."""

    def __init__(self, device: "MultiElementMca", setup: DxpSetup) -> None:
        self._device = device
        self._setup = setup

    def start(self, status: CountStatus, report: Report) -> None:
        """Erase and acquire."""
        system = self._device.rig.system

        def ended(refusal: str | None) -> None:
            if status.is_decided:
                return  # that, and not what stopping it leads to, is what went wrong
            if refusal is not None:
                status.fail(channel_access.failed_count(status.what, refusal))
            elif self._device.is_map:
                self._ask_buffer(status, report, time.monotonic() + _BUFFER_DEADLINE)
            else:
                self._ask_elements(status, report)

        channel_access.put(system.erase_start, 1, ended)

    def _request(
        self, status: CountStatus, signals: list[Any], take: Callable[[list[ArraySample]], None]
    ) -> None:
        def received(outcome: list[ArraySample] | str) -> None:
            if isinstance(outcome, str):
                status.fail(channel_access.failed_count(status.what, outcome))
            else:
                take(outcome)

        try:
            array_access.request(signals, received)
        except DeviceError as error:
            status.fail(error)

    def _ask_elements(self, status: CountStatus, report: Report) -> None:
        word = "none" if self._setup.preset is None else self._setup.preset.word
        elements = self._device.rig.elements
        roles = [{**each.counted, **asked_presets(each, word)} for each in elements]
        asked = [self._device.rig.system.acquiring]
        asked += [signal for element in roles for signal in element.values()]

        def take(held: list[ArraySample]) -> None:
            acquiring, *rest = held
            left = iter(rest)
            found = [{role: next(left) for role in element} for element in roles]
            status.decide(lambda: self._judge(status, bool(acquiring.number), found, report))

        self._request(status, asked, take)

    def _judge(
        self,
        status: CountStatus,
        is_acquiring: bool,
        found: list[dict[str, ArraySample]],
        report: Report,
    ) -> None:
        complaint = "it still acquires: somebody else has started it" if is_acquiring else None
        for number, element in zip(self._device.elements, found, strict=True):
            wrong = self._complaint(element, is_cut=status.is_cut)
            if complaint is None and wrong is not None:
                complaint = f"element {number}: {wrong}"
        if complaint is not None:
            message = f"{status.what} failed: {complaint}"
            raise CountError(message)
        report(_counts(found, self._setup.channels), found[0]["spectrum"].timestamp)

    def _complaint(self, found: Mapping[str, ArraySample], *, is_cut: bool) -> str | None:
        """Say why an element has not what was asked for; None where it has."""
        channels, given = int(found["channels"].number), found["spectrum"].values.size
        dtype = dtype_of(found["spectrum"])
        setup = self._setup
        if (channels, dtype) != (setup.channels, setup.dtype):
            return (
                f"its spectrum has {channels} channels of {dtype} now, and had {setup.channels} of "
                f"{setup.dtype} before"
            )
        if given < channels:
            return f"its spectrum has {given} of {channels} channels"
        preset = self._setup.preset
        if is_cut or preset is None or preset.word == "none" or self._device.ends_with_others:
            return None
        word = preset.word
        if int(found["preset_mode"].number) != MODES[word]:
            return "another preset ended it: changed by others"
        counted = {"real": "real_time", "live": "trigger_live_time"}.get(word, word)
        wanted = found[f"preset_{word}"].number
        return preset.complaint(self._setup.seconds, wanted, found[counted].number)

    # --- maps

    def _ask_buffer(self, status: CountStatus, report: Report, ends: float) -> None:
        """Ask for the buffer once the plugin has it: it comes beside the end of the map."""
        buffer = self._device.rig.buffer
        assert buffer is not None  # noqa: S101 - for the type

        def seen(held: list[ArraySample]) -> None:
            if int(held[0].number) != self._setup.last_buffer:
                signals = [buffer.unique_id, buffer.words, buffer.modules, buffer.data]
                self._request(status, signals, take)
            elif status.is_cut or time.monotonic() > ends:
                message = f"{status.what} failed: no buffer came from it to {buffer.prefix}"
                status.fail(CountError(message))
            elif not status.done:
                asking = (status, report, ends)
                again = threading.Timer(_BUFFER_LOOK, self._ask_buffer, asking)
                again.daemon = True
                again.start()

        def take(held: list[ArraySample]) -> None:
            status.decide(lambda: self._judge_buffer(status, held, report))

        self._request(status, [buffer.unique_id], seen)

    def _judge_buffer(self, status: CountStatus, held: list[ArraySample], report: Report) -> None:
        unique_id, words, modules, data = held
        skipped = int(unique_id.number) - self._setup.last_buffer
        self._setup.last_buffer = int(unique_id.number)
        size = int(words.number) * int(modules.number)
        try:
            if skipped != 1 or not 0 < size <= data.values.size:
                message = (
                    f"{skipped} buffers came, the last with {data.values.size} of {size} words"
                )
                raise CountError(message)
            rows = data.values[:size].reshape(int(modules.number), -1)
            counts = decoded(rows, self._device.elements, self._device.spectra)
            if counts.spectra.shape[-1] != self._setup.channels:
                found = counts.spectra.shape[-1]
                message = (
                    f"its spectra have {found} channels, and had {self._setup.channels} before"
                )
                raise CountError(message)
        except CountError as error:
            message = f"{status.what} failed: {error}"
            raise CountError(message) from error
        report(counts, data.timestamp)


def _counts(found: list[dict[str, ArraySample]], channels: int) -> ElementCounts:
    def numbers(role: str) -> np.ndarray:
        return np.array([element[role].number for element in found])

    spectra = np.stack([element["spectrum"].values[:channels] for element in found])
    return ElementCounts(
        spectra.astype(np.int64),
        numbers("real_time"),
        numbers("live_time"),
        numbers("triggers"),
        numbers("events"),
        numbers("input_rate"),
        numbers("output_rate"),
    )
