"""Frames of cameras beside the other files of their data set (BL-140)."""

from pathlib import Path
from typing import TYPE_CHECKING

from blueline.data_policy.policy import DataPolicy

if TYPE_CHECKING:
    from devices.detectors.path_provider import FilePlace


class DataSetImages:
    """Says where a detector writes: the folder ``frames`` of the data set that is measured.

    Where data sets have no folders of their own, frames have one for each day in it.

    Parameters
    ----------
    policy
        Knows the data set.
    detector
        The data folder as the detector's computer knows it; where nothing is said, as this one.
    name
        Of each file, as `devices.RunFolders` takes it.
    folder
        Below that of the data set; with the same fields.

    Examples
    --------
    >>> camera = Camera("BL:cam:", name="camera", path_provider=DataSetImages(policy))
    ... # doctest: +SKIP
    """

    def __init__(
        self,
        policy: DataPolicy,
        detector: Path | str | None = None,
        name: str = "{device}_{time:%H%M%S}_{id}",
        folder: str = "frames",
    ) -> None:
        self._policy = policy
        self._detector = detector
        self._name = name
        self._folder = folder

    def __call__(self, device: str) -> "FilePlace":
        """Give the place of the next file."""
        from devices import RunFolders

        folder = f"{self._policy.place().folder / self._folder}"
        if not self._policy.layout.has_own_folders:
            folder += "/{time:%Y-%m-%d}"
        provider = RunFolders(self._policy.root, self._detector, folder=folder, name=self._name)
        return provider(device)

    def __repr__(self) -> str:
        """Say which folder."""
        return f"DataSetImages(folder={self._folder!r}, detector={self._detector!r})"
