"""What elements of one detector have counted, and their sum corrected for dead time (BL-128)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devices.detectors.mca_regions import Calibration

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ElementCounts:
    """Spectra and statistics by element; of a map, by pixel and element.

    Parameters
    ----------
    spectra
        Counts; the last two axes are elements and channels.
    real, live
        Seconds of each.
    triggers, events
        Pulses that the fast filter has seen, and those that are in the spectrum.
    input_rate, output_rate
        In Hz, as the electronics tell them.

    Examples
    --------
    >>> ones, none = np.ones(2), np.zeros(2)
    >>> counts = ElementCounts(np.full((2, 4), 10), ones, ones, 80 * ones, 40 * ones, 80 * ones,
    ...                        40 * ones)
    >>> counts.corrections
    array([2., 2.])
    >>> counts.region([slice(0, 2), slice(0, 3)])
    (50.0, 100.0)
    """

    spectra: npt.NDArray[np.int64]
    real: Floats
    live: Floats
    triggers: Floats
    events: Floats
    input_rate: Floats
    output_rate: Floats

    @property
    def corrections(self) -> Floats:
        """Give what counts of each element are multiplied by: ICR / OCR (10.6).

        An element that has seen nothing has lost nothing: 1. One that has seen pulses and counted
        none of them cannot be corrected: NaN.
        """
        factors = np.full(self.real.shape, np.nan)
        counts = (self.input_rate > 0) & (self.output_rate > 0)
        np.divide(self.input_rate, self.output_rate, out=factors, where=counts)
        factors[(self.triggers == 0) & (self.events == 0)] = 1.0
        return factors

    @property
    def dead_time(self) -> Floats:
        """Give the part of the real time in which each was blind."""
        return 1 - 1 / self.corrections

    def by_element(self, places: Sequence[slice]) -> Floats:
        """Give the sum of a region in each element, as it was counted; see `region`."""
        return np.stack(
            [
                self.spectra[..., number, place].sum(axis=-1, dtype=np.float64)
                for number, place in enumerate(places)
            ],
            axis=-1,
        )

    def region(self, places: Sequence[slice]) -> tuple[Floats | float, Floats | float]:
        """Give the sum of a region over all elements, as it was counted and corrected.

        Parameters
        ----------
        places
            Where it is in the spectrum of each element.
        """
        sums = self.by_element(places)
        counted, corrected = sums.sum(axis=-1), (sums * self.corrections).sum(axis=-1)
        is_number = counted.ndim == 0
        return (float(counted), float(corrected)) if is_number else (counted, corrected)

    def total(self, calibrations: Sequence[Calibration | None]) -> Floats:
        """Give the corrected sum of the spectra, on the energies of the first element.

        Counts of elements that are calibrated otherwise are put where their energies are: shared
        out between channels, none lost within the range of the first.
        """
        first = calibrations[0]
        corrected = self.spectra * self.corrections[..., None]
        total = np.zeros(corrected.shape[:-2] + corrected.shape[-1:])
        for number, own in enumerate(calibrations):
            spectrum = corrected[..., number, :]
            if own is None or first is None or own == first:
                total += spectrum
            else:
                total += _moved(spectrum, own, first)
        return total


def _moved(spectrum: Floats, own: Calibration, wanted: Calibration) -> Floats:
    channels = spectrum.shape[-1]
    edges, onto = _edges(own, channels), _edges(wanted, channels)
    sums = np.concatenate([np.zeros((*spectrum.shape[:-1], 1)), spectrum.cumsum(axis=-1)], axis=-1)
    flat = sums.reshape(-1, channels + 1)
    moved = np.stack([np.interp(onto, edges, row) for row in flat])
    return np.diff(moved, axis=-1).reshape(spectrum.shape)


def _edges(calibration: Calibration, channels: int) -> Floats:
    number = np.arange(channels + 1) - 0.5
    return calibration.offset + calibration.slope * number + calibration.quadratic * number**2
