"""Mask, background and flat field of frames, in the order that one wants (BL-125): pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from devices.errors import InvalidTargetError

Frame = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: Rows and columns of a part of a frame.
Place = tuple[slice, slice]
#: A frame, rows first, or the ``.npy`` file that has it.
Given = npt.NDArray[Any] | str | Path | None

#: The steps there are, in the order in which they are done where nothing is said.
STEPS = ("mask", "background", "flat")


@dataclass(frozen=True)
class FrameCorrections:
    """Say what is done to frames before anything is counted in them.

    Frames are in the size in which they are saved. The files that a detector saves keep what it
    has read.

    Parameters
    ----------
    bad_pixels
        Those that count nothing: not 0, as in NeXus's ``pixel_mask``.
    background
        Is subtracted.
    flat
        Frames are divided by it and multiplied by its mean over pixels that are good by then: a
        frame like the flat one keeps its counts. Where it is not above 0 a pixel is bad.
    order
        What is done first, second, third: some or all of "mask", "background" and "flat"; steps
        that are not named come last, in that order. Divide before subtracting where the background
        was corrected by the flat field itself.

    Examples
    --------
    >>> corrections = FrameCorrections(
    ...     background=np.full((2, 2), 10), flat=np.array([[1, 1], [2, 4]])
    ... )
    >>> corrections.checked("camera", 2, 2).of(np.full((2, 2), 30))
    array([[40., 40.],
           [20., 10.]])
    """

    bad_pixels: Given = field(default=None, repr=False, compare=False)
    background: Given = field(default=None, repr=False, compare=False)
    flat: Given = field(default=None, repr=False, compare=False)
    order: Sequence[str] = STEPS

    def __post_init__(self) -> None:
        """Refuse steps that there are not."""
        named = [self.order] if isinstance(self.order, str) else list(self.order)
        if len(set(named)) < len(named) or not set(named) <= set(STEPS):
            message = (
                f"the order of corrections names some of {', '.join(STEPS)}, each once, not "
                f"{self.order!r}"
            )
            raise InvalidTargetError(message)
        steps = (*named, *(step for step in STEPS if step not in named))
        object.__setattr__(self, "order", steps)

    @property
    def changes_counts(self) -> bool:
        """Whether it does more than leaving pixels out."""
        return self.background is not None or self.flat is not None

    def checked(self, name: str, rows: int, columns: int) -> "CheckedCorrections":
        """Read what is in files, and see that it fits frames of so many rows and columns.

        Raises
        ------
        InvalidTargetError
            It does not, or cannot be read.
        """
        size = rows, columns
        bad, background, flat = (
            _read(name, what, getattr(self, what), size)
            for what in ("bad_pixels", "background", "flat")
        )
        _require_finite(name, background)
        good = np.ones(size, np.bool_)
        factor = None
        for step in self.order:
            if step == "mask" and bad is not None:
                good &= bad == 0
            if step == "flat" and flat is not None:
                good &= (flat > 0) & np.isfinite(flat)
                if not good.any():
                    message = f"no pixel of the flat frame of {name} is good and above 0"
                    raise InvalidTargetError(message)
                factor = np.divide(flat[good].mean(), flat, out=np.ones(size), where=good)
        divides_first = self.order.index("flat") < self.order.index("background")
        return CheckedCorrections(good, background, factor, divides_first)

    def __str__(self) -> str:
        """Say what is done, in its order."""
        given = {"mask": self.bad_pixels, "background": self.background, "flat": self.flat}
        words = (
            f"{step} {each}" if isinstance(each := given[step], str | Path) else step
            for step in self.order
            if given[step] is not None
        )
        return ", ".join(words) or "none"


@dataclass(frozen=True)
class CheckedCorrections:
    """Corrections that fit the frames: which pixels are good, and what is done to them."""

    good: Mask
    background: Frame | None
    factor: Frame | None
    divides_first: bool

    def cut(self, place: Place) -> "CheckedCorrections":
        """Give those of a part of the frame, for what is cut out there.

        Examples
        --------
        >>> whole = FrameCorrections(background=np.arange(4.0).reshape(2, 2)).checked("x", 2, 2)
        >>> whole.cut(np.s_[1:, :]).of(np.array([[10, 10]]))
        array([[8., 7.]])
        """
        background, factor = (
            None if each is None else each[place].copy() for each in (self.background, self.factor)
        )
        return CheckedCorrections(self.good[place].copy(), background, factor, self.divides_first)

    def of(self, frame: npt.NDArray[Any]) -> Frame:
        """Give a corrected frame; what bad pixels hold means nothing."""
        value = frame.astype(np.float64)
        if self.divides_first and self.factor is not None:
            value *= self.factor
        if self.background is not None:
            value -= self.background
        if not self.divides_first and self.factor is not None:
            value *= self.factor
        return value


def _read(name: str, what: str, given: Given, size: tuple[int, int]) -> Frame | None:
    if given is None:
        return None
    try:
        found = np.load(given, allow_pickle=False) if isinstance(given, str | Path) else given
        frame = np.asarray(found, np.float64)
    except (OSError, ValueError, TypeError) as error:
        message = f"the {what} of {name} cannot be read: {error}"
        raise InvalidTargetError(message) from error
    if frame.shape != size:
        message = (
            f"the {what} of {name} is of shape {frame.shape}, and frames have {size[0]} rows and "
            f"{size[1]} columns"
        )
        raise InvalidTargetError(message)
    return frame


def _require_finite(name: str, background: Frame | None) -> None:
    if background is not None and not np.isfinite(background).all():
        message = f"the background of {name} has pixels that are no numbers: mark them as bad"
        raise InvalidTargetError(message)
