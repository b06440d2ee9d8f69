"""What electronics for several elements have set up: calibrations, preset, spectra or a map."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from devices import array_access
from devices.array_access import ArraySample
from devices.detectors import camera_settings
from devices.detectors.camera_settings import Setting
from devices.detectors.dxp_buffer import most_pixels
from devices.detectors.dxp_hardware import Element
from devices.detectors.mca_presets import McaPreset
from devices.detectors.mca_record import dtype_of
from devices.detectors.mca_regions import Calibration
from devices.errors import CountError, InvalidTargetError

if TYPE_CHECKING:
    from devices.detectors.multi_element_mca import MultiElementMca

#: What begins and ends spectra, and PixelAdvanceMode of dxpMapping.template where that is outside.
TRIGGERS: Mapping[str, str] = {"software": "", "sync": "Sync", "gate": "Gate"}
_LIMA = {"SOFTWARE": "software", "SYNC": "sync", "GATE": "gate"}
#: PresetMode of dxpMED.template.
MODES = {"none": 0, "real": 1, "live": 2, "events": 3, "triggers": 4}
_MAPPING = 1


def known_trigger(name: str, word: str) -> str:
    """Give the word for a trigger mode; those of BLISS, in capitals, are understood as well.

    Raises
    ------
    InvalidTargetError
        It is not known.
    """
    known = _LIMA.get(word, word)
    if known not in TRIGGERS:
        words = ", ".join(map(repr, TRIGGERS))
        message = f"the trigger_mode of {name} is one of {words}, not {word!r}"
        raise InvalidTargetError(message)
    return known


class DxpSetup:
    """Know channels and calibrations, and have the electronics set up before anything starts."""

    def __init__(self, device: "MultiElementMca") -> None:
        self._device = device
        self.calibrations: list[Calibration | None] = []
        self.calibrated_at = 0.0
        self.places: dict[str, list[slice]] = {}
        self.recorded = slice(0, 0)
        self.channels = 0
        self.dtype = "<i4"
        self.is_staged = False
        self._is_set_up = False
        self.preset: McaPreset | None = None
        self.seconds = math.nan
        self.last_buffer = 0

    # --- what there is

    def require_known(self) -> None:
        """Ask for what is not known."""
        if not (self.is_staged and self.channels):
            self.refresh()

    def refresh(self) -> None:
        """Ask for channels and calibrations, and find the regions in each spectrum."""
        elements = self._device.rig.elements
        asked = [signal for element in elements for signal in element.setup.values()]
        held = iter(array_access.fetch(asked))
        setups = [{role: next(held) for role in element.setup} for element in elements]
        self.calibrations = [_calibration(setup) for setup in setups]
        self.calibrated_at = setups[0]["slope"].timestamp
        self.channels = self._common_channels(setups)
        self.dtype = dtype_of(setups[0]["spectrum"])
        regions = self._device.rois.items()
        self.places = {
            name: [roi.channels(own, self.channels, name) for own in self.calibrations]
            for name, roi in regions
        }
        part, first = self._device.spectrum_range, self.calibrations[0]
        whole = slice(0, self.channels)
        found = whole if part is None else part.channels(first, self.channels, "spectrum_range")
        self.recorded = found

    def _common_channels(self, setups: list[dict[str, ArraySample]]) -> int:
        numbers = [int(setup["channels"].number) for setup in setups]
        if len(set(numbers)) > 1:
            message = (
                f"the elements of {self._device.name} have spectra of {numbers} channels: give "
                "them all one number (NUSE), or leave out those that differ"
            )
            raise CountError(message)
        return numbers[0]

    def calibration_numbers(self) -> dict[str, Any]:
        """Give offsets, slopes and quadratic terms in eV, NaN where an element has none."""
        numbers = np.array(
            [
                (own.offset, own.slope, own.quadratic) if own else (math.nan,) * 3
                for own in self.calibrations
            ]
        )
        return dict(zip(("offset", "slope", "quadratic"), numbers.T, strict=True))

    def energies(self) -> np.ndarray:
        """Give the energy of each recorded channel of the first element."""
        self.require_known()
        own = self.calibrations[0]
        if own is None:
            message = f"{self._device.name} has no energy calibration: set CALO, CALS and EGU (keV)"
            raise CountError(message)
        return own.energies(self.channels)[self.recorded]

    # --- set up

    def begin(self) -> None:
        """Set up for a run."""
        self.is_staged = True
        self._set_up()

    def forget(self) -> None:
        """Take nothing for granted any more: others may use it now."""
        self.is_staged = self._is_set_up = False
        self.preset = None

    def _set_up(self) -> None:
        """Have one spectrum acquired, or a map of as many as one buffer takes."""
        self.require_known()
        rig, spectra = self._device.rig, self._device.spectra
        if rig.mapping is None or rig.buffer is None:
            self._is_set_up = True
            return
        if spectra > most_pixels(self.channels):
            message = (
                f"{self._device.name} takes {most_pixels(self.channels)} spectra of "
                f"{self.channels} channels at a point, as many as a buffer, not {spectra}"
            )
            raise InvalidTargetError(message)
        mapping = rig.mapping
        words = camera_settings.words(mapping.advance_mode)
        settings: list[Setting] = [
            (mapping.collect_mode, _MAPPING),
            (mapping.advance_mode, words.index(TRIGGERS[self._device.trigger_mode])),
            (mapping.pixels, spectra),
            (mapping.fills_buffers, 0),
            (mapping.pixels_per_buffer, spectra),
            (rig.buffer.enabled, 1),
        ]
        camera_settings.apply(settings)
        self.last_buffer = int(array_access.fetch([rig.buffer.unique_id])[0].number)
        self._is_set_up = True

    def prepare(self, preset: McaPreset) -> None:
        """Have all elements end at a preset: they have it before anything starts."""
        if not self._is_set_up:
            self._set_up()
        if self._device.is_map:
            return
        seconds = self._device.seconds
        same = preset == self.preset and (preset.is_of_counts or seconds == self.seconds)
        if same:
            return
        system, word = self._device.rig.system, preset.word
        settings: list[Setting] = [(system.preset_mode, MODES[word])]
        held = {"real": system.preset_real, "live": system.preset_live}
        held |= {"events": system.preset_events, "triggers": system.preset_triggers}
        wanted = float(preset.events) if preset.is_of_counts else seconds
        if word in held:
            settings.append((held[word], wanted))
        camera_settings.apply(settings)
        self._wait_for_elements(word, wanted)
        self.preset, self.seconds = preset, seconds

    def _wait_for_elements(self, word: str, wanted: float) -> None:
        """Wait until a preset has come to all elements: a program copies it to them."""
        asked = [
            signal
            for element in self._device.rig.elements
            for signal in asked_presets(element, word).values()
        ]
        right = [float(MODES[word]), wanted][: len(asked) // len(self._device.rig.elements)]

        def have_it(held: list[ArraySample]) -> bool:
            numbers = right * len(self._device.rig.elements)
            pairs = zip(held, numbers, strict=True)
            return all(math.isclose(has.number, want, rel_tol=1e-3) for has, want in pairs)

        what = f"copying the preset of {self._device.name} to its elements"
        camera_settings.wait_for(asked, have_it, what)


def asked_presets(element: Element, word: str) -> dict[str, Any]:
    """Give what tells how an element has the preset of a word."""
    presets = element.presets
    return {f"preset_{role}": presets[role] for role in ("mode", word) if role in presets}


def _calibration(setup: Mapping[str, ArraySample]) -> Calibration | None:
    offset, slope, quadratic = (setup[role].number for role in ("offset", "slope", "quadratic"))
    return Calibration.of_record(offset, slope, quadratic, setup["unit"].text)
