"""Choose what is derived from the next scans."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from callbacks.errors import ConsumerError
from callbacks.processes import PROCESSING, process_of


class ProcessingSelection:
    """Keep, in the metadata of every run to come, which streams are derived from it (BL-158).

    They are derived in the order in which they were chosen, so that a later one may use what an
    earlier one gives. The start document says what was derived and how, so that it can be derived
    again from the journal.

    Parameters
    ----------
    metadata
        Of the engine: ``RE.md``; the selection is its entry ``"processing"``.

    Examples
    --------
    >>> from callbacks import ProcessingSelection
    >>> metadata = {}
    >>> process = ProcessingSelection(metadata)
    >>> process("rois", "regions", image="camera", regions={"spot": [200, 200, 112, 112]})
    >>> process("normalised", "formulas", formulas={"spot_norm": "spot / I0"})
    >>> process
    rois: regions of image='camera', regions={'spot': [200, 200, 112, 112]}
    normalised: formulas of formulas={'spot_norm': 'spot / I0'}
    >>> process.columns
    ('spot', 'spot_norm')
    >>> process.stop("rois")
    >>> process.stop()
    >>> metadata
    {}
    """

    def __init__(self, metadata: MutableMapping[str, Any]) -> None:
        self._metadata = metadata

    @property
    def selected(self) -> Mapping[str, Mapping[str, Any]]:
        """What is derived, by the name of the stream."""
        told = self._metadata.get(PROCESSING)
        return told if isinstance(told, Mapping) else {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what is derived, as far as they are known before the scan."""
        made = (process_of(name, told) for name, told in self.selected.items())
        return tuple(name for process in made for name in getattr(process, "columns", ()))

    def __call__(self, stream: str, kind: str, **settings: Any) -> None:  # noqa: ANN401
        """Derive one more stream, or derive this one in another way.

        Parameters
        ----------
        stream
            Its name.
        kind
            ``"regions"``, ``"formulas"`` or ``"denoise"``.
        settings
            As `callbacks.RegionSums`, `callbacks.Formulas` and `callbacks.Denoise` take them.

        Raises
        ------
        ConsumerError
            There is no such kind, or it does not take these settings; nothing is changed.
        ReductionError
            A setting cannot be meant; nothing is changed.
        """
        told = {"kind": kind, **settings}
        process_of(stream, told)
        self._metadata[PROCESSING] = {**self.selected, stream: told}

    def stop(self, *streams: str) -> None:
        """Derive these streams no more; none of them at all where none is named.

        Raises
        ------
        ConsumerError
            One of them is not derived; nothing is changed.
        """
        unknown = [name for name in streams if name not in self.selected]
        if unknown:
            known = ", ".join(self.selected) or "nothing"
            message = f"{', '.join(unknown)} is not derived; what is: {known}"
            raise ConsumerError(message)
        left = {name: told for name, told in self.selected.items() if name not in streams}
        if streams and left:
            self._metadata[PROCESSING] = left
        else:
            self._metadata.pop(PROCESSING, None)

    def __repr__(self) -> str:
        """Say what is derived, one stream per line."""
        lines = []
        for stream, told in self.selected.items():
            settings = ", ".join(f"{key}={value!r}" for key, value in told.items() if key != "kind")
            lines.append(f"{stream}: {told.get('kind')} of {settings}")
        return "\n".join(lines) or "nothing is derived"
