"""A fluorescence detector of several elements: their spectra, and regions summed over them."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from devices import channel_access
from devices.counters.count_status import CountStatus
from devices.counters.counter import COUNT_GRACE, Counter
from devices.counters.free_start import FreeStart
from devices.counters.reading import Reading
from devices.detectors.dxp_columns import CORRECTED, DxpColumns
from devices.detectors.dxp_hardware import DxpRig
from devices.detectors.dxp_run import DxpRun
from devices.detectors.dxp_setup import DxpSetup, known_trigger
from devices.detectors.element_counts import ElementCounts
from devices.detectors.mca import LIVE_MARGIN
from devices.detectors.mca_presets import ELECTRONICS_PRESETS, McaPreset
from devices.detectors.mca_regions import McaRegion, checked_regions
from devices.detectors.multi_element_checks import checked_elements, checked_spectra
from devices.detectors.recording_mode import changed_mode, known_mode
from devices.errors import CountError


class MultiElementMca(Counter):
    """Elements of one detector behind electronics of XIA's type: the dxp module (BL-128).

    A trigger erases, acquires and reads the spectra of all elements and their statistics in one
    flush after the end. Regions are summed here, from the spectra themselves, each element by its
    own calibration and corrected by its own rates: sum of ROI x ICR / OCR (10.6). Elements that
    acquire already, for somebody else, go on: the count fails then.

    Parameters
    ----------
    prefix
        What its PVs begin with, e.g. ``"BL:xmap:"`` of ``BL:xmap:EraseStart``.
    elements
        How many there are, or the numbers of those that are used, from 1: leave out broken ones.
    rois
        As those of `Mca`. Each has a second column ``<name>_corrected``.
    preset
        What a count is: ``"real"`` or ``"live"`` seconds; ``"events"`` or ``"triggers"``, so many
        `counts` in each element; ``"none"``, until others end it.
    counts
        Events or triggers that end it.
    mode
        How much goes into the data: ``"scaler"``, the sums of regions; ``"roi"``, statistics and
        ``<name>_elements`` besides, the sum of each region in each element; ``"ndarray"``,
        statistics and spectra.
    spectrum_range
        The part of the spectra that is recorded, by the energies of the first element.
    trigger_mode
        ``"software"``: a trigger begins a spectrum, its preset ends it. ``"sync"``: a trigger
        begins a map of as many `spectra`, each ended by a pulse. ``"gate"``: each lasts as long as
        a gate is open. Presets say nothing then.
    spectra
        At each point; more than 1 by pulse or gate only.
    image
        The plugin that shows buffers of maps, behind the prefix.
    options
        `critical` and `longest_count`; see `Counter`.

    Examples
    --------
    >>> from devices.detectors.multi_element_mca import MultiElementMca
    >>> xmap = MultiElementMca(
    ...     "BL:xmap:", name="xmap", elements=4, rois={"Cu": (7800, 8300)}
    ... )  # doctest: +SKIP
    >>> RE(ct(1.0, xmap))  # doctest: +SKIP
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of a detector may say
        self,
        prefix: str,
        *,
        name: str,
        elements: int | Sequence[int] = 4,
        rois: Mapping[str, McaRegion | tuple[float, float]] | None = None,
        preset: Literal["real", "live", "events", "triggers", "none"] = "real",
        counts: int = 0,
        mode: Literal["scaler", "roi", "ndarray"] = "ndarray",
        spectrum_range: McaRegion | tuple[float, float] | None = None,
        trigger_mode: str = "software",
        spectra: int = 1,
        image: str = "image1:",
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        self.rois = checked_regions(name, rois or {})
        self.elements = checked_elements(name, elements)
        self._preset = McaPreset(preset, counts).checked(name, {}, ELECTRONICS_PRESETS, "counts")
        self.trigger_mode = known_trigger(name, trigger_mode)
        self.spectra = checked_spectra(name, spectra, self.trigger_mode)
        self._mode = known_mode(name, mode)
        part = {} if spectrum_range is None else {"spectrum_range": spectrum_range}
        self.spectrum_range = checked_regions(name, part).get("spectrum_range")
        super().__init__(prefix, name=name, **options)
        self.is_map = self.trigger_mode != "software"
        self.leads = not self.is_map and preset != "none"
        self.rig = DxpRig(prefix, name, self.elements, image if self.is_map else "")
        self._free = FreeStart(name, self.rig.system.acquiring)
        self._setup = DxpSetup(self)
        self._run = DxpRun(self, self._setup)
        self._columns = DxpColumns(self, self._setup)
        self._counts: ElementCounts | None = None
        self._timestamp = 0.0

    @staticmethod
    def check_arguments(
        name: str,
        *,
        elements: int | Sequence[int] = 4,
        rois: Mapping[str, McaRegion | tuple[float, float]] | None = None,
        trigger_mode: str = "software",
        spectra: int = 1,
        **_: object,
    ) -> None:
        """Refuse what a detector cannot have, without making one; a check of a beamline asks.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        checked_regions(name, rois or {})
        checked_elements(name, elements)
        checked_spectra(name, spectra, known_trigger(name, trigger_mode))

    @property
    def preset(self) -> str:
        """What a count is."""
        return self._preset.word

    @property
    def mode(self) -> str:
        """How much goes into the data, one of `RECORDING_MODES`; not to be changed in a run."""
        return self._mode

    @mode.setter
    def mode(self, word: str) -> None:
        self._mode = changed_mode(self.name, word, is_staged=self._setup.is_staged)

    # --- connection

    @property
    def connected(self) -> bool:
        """Whether all elements are."""
        return self.rig.connected

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for all elements."""
        super().wait_for_connection(all_signals=all_signals, timeout=timeout)
        self.rig.wait_for_connection(timeout)

    def walk_signals(self, *, include_lazy: bool = False) -> Iterator[Any]:
        """Walk through all its signals."""
        yield from super().walk_signals(include_lazy=include_lazy)
        yield from self.rig.walk(include_lazy=include_lazy)

    def destroy(self) -> None:
        """Give up the channels."""
        self.rig.destroy()
        super().destroy()

    # --- a run

    def stage(self) -> list[object]:
        """Refuse, before anything is counted, regions that a spectrum does not have."""
        self.refresh()
        staged = super().stage()
        self._setup.begin()
        return staged

    def unstage(self) -> list[object]:
        """End what is under way."""
        self._setup.forget()
        return super().unstage()

    def refresh(self) -> None:
        """Ask for calibration, number and type of channels, and check the regions against them.

        Raises
        ------
        InvalidTargetError
            A spectrum does not have a region.
        CountError
            Elements have spectra of different lengths.
        """
        self._setup.refresh()

    # --- counting

    @property
    def ends_with_others(self) -> bool:
        """Whether nothing of its own ends a count."""
        return self._policy is None or self.preset == "none"

    def _count(self) -> CountStatus:
        self._counts = None
        what = f"counting {self.name} {self._for_how_long()}"
        self._free.require(what)
        self._setup.prepare(self._wanted())
        status = CountStatus(what, self._deadline(), self._give_up)
        with status.starting():
            self._free.begin(status, lambda: self._run.start(status, self._take))
        return status

    def _wanted(self) -> McaPreset:
        if self.is_map or self.preset == "none":
            return McaPreset("none")
        return McaPreset("real") if self.ends_with_others else self._preset

    @property
    def seconds(self) -> float:
        """Seconds that are asked for, where it is seconds that end a count."""
        return self.longest_count if self._policy is None else self.count_time

    def _for_how_long(self) -> str:
        if self.is_map:
            what = "pulses" if self.trigger_mode == "sync" else "openings of its gate"
            return f"for {self.spectra} {what}"
        if self.ends_with_others:
            return "until stopped"
        if self._preset.is_of_counts:
            return str(self._preset)
        return super()._for_how_long() + (" of live time" if self.preset == "live" else "")

    def _deadline(self) -> float:
        if self.is_map or self.ends_with_others or self._preset.is_of_counts:
            return self.longest_count + COUNT_GRACE
        factor = LIVE_MARGIN if self.preset == "live" else 1.0
        return factor * super()._deadline()

    def _give_up(self) -> str | None:
        self._halt()
        return "does its pulse come?" if self.is_map else None

    def _halt(self) -> None:
        self._free.halts()
        channel_access.put(self.rig.system.stop_all, 1)

    def _take(self, counts: ElementCounts, timestamp: float) -> None:
        self._counts, self._timestamp = counts, timestamp

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """Plots and tables show the regions, corrected for dead time; of maps nothing."""
        return {"fields": [] if self.is_map else [roi + CORRECTED for roi in self.rois]}

    @property
    def counter_names(self) -> list[str]:
        """Names of its values in the data."""
        return self._columns.names()

    def _readings(self) -> "OrderedDict[str, Reading]":
        """Give what the last trigger counted.

        Raises
        ------
        CountError
            Nothing has been counted yet.
        """
        if self._counts is None:
            message = f"{self.name} has counted nothing yet: trigger it first"
            raise CountError(message)
        return self._columns.readings(self._counts, self._timestamp)

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe sums, spectra and statistics; what is not known is asked."""
        self._setup.require_known()
        return self._columns.described()

    def read_configuration(self) -> "OrderedDict[str, Reading]":
        """Give elements, calibrations in eV, NaN where there are none, preset and trigger."""
        self.refresh()
        return self._columns.configuration()

    def describe_configuration(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the calibration: ``offset + slope * channel + quadratic * channel**2``, eV."""
        return self._columns.described_configuration()

    def energies(self) -> np.ndarray:
        """Give the energy in eV of each channel that is recorded, of the first element.

        Raises
        ------
        CountError
            It has no calibration in a unit of energy.
        """
        return self._setup.energies()

    def info(self) -> str:
        """Give a table for people."""
        numbers = ", ".join(map(str, self.elements))
        lines = [f"{self.name}: {self.prefix}, elements {numbers}, counts {self._for_how_long()}"]
        width = max(map(len, self.rois), default=0)
        lines += [f"  {name:{width}}  {roi}" for name, roi in self.rois.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show where it is and what it counts."""
        return (
            f"MultiElementMca({self.prefix!r}, name={self.name!r}, elements={self.elements}, "
            f"rois={list(self.rois)})"
        )
