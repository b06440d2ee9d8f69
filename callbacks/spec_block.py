"""The block of one scan in a SPEC file, made from the documents of its run; pure text."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from callbacks import spec_format as spec
from callbacks.channels import channels_of
from callbacks.errors import ConsumerError
from callbacks.routing import Document
from callbacks.run_readings import positioner_keys
from callbacks.run_table import RunTable, command_of, comments_of, ending_of, main_stream
from callbacks.spec_format import TO_CHANNELS, Spectrum
from callbacks.writer import RunWriter

#: The data key of the elapsed count time.
SECONDS = "seconds"
#: Channels of the largest array that is written as a spectrum.
LARGEST_SPECTRUM = 16_384

_BASELINE = "baseline"
#: What has a line of its own, or says nothing to people.
_NO_METADATA = frozenset(
    {"uid", "time", "scan_id", "scan_command", "count_time", "comments", "plan_type"}
)


class SpecBlock(RunWriter):
    """Turn the documents of one run into text, each as soon as it can be written.

    The header of the scan needs the first baseline event (for the motor positions) and the
    descriptor of the main stream (for the columns); a first point does not wait for either. Other
    streams are told with the number of their points: a SPEC scan has one table.

    Parameters
    ----------
    start
        The start document of the run.
    number
        Of the scan in its file; the run's own scan number when not given.
    epoch
        The ``#E`` of the file, from which the Epoch column counts.

    Examples
    --------
    >>> block = SpecBlock({"uid": "3f2a", "time": 1.7e9, "scan_id": 1}, epoch=1700000000)
    >>> text = block.take("stop", {"exit_status": "success", "time": 1.7e9})
    >>> text.splitlines()[0]
    '#S 1  scan'
    """

    def __init__(
        self, start: Document, number: int | None = None, epoch: int | None = None
    ) -> None:
        super().__init__(start)
        self._number = scan_number(start) if number is None else number
        self._epoch = epoch_of(start) if epoch is None else epoch
        self._main = main_stream(start)
        self._columns: SpecColumns | None = None
        self._motors: tuple[str, ...] = ()
        self._positions: dict[str, object] | None = None
        self._has_header = False
        self._points: Counter[str] = Counter()
        self._missing: Counter[str] = Counter()
        self._text: list[str] = []

    def take(self, name: str, doc: Document) -> str:
        """Give the text that this document adds to the block, often none."""
        self(name, doc)
        text = "".join(self._text)
        self._text.clear()
        return text

    def described(self, stream: str, descriptor: Document) -> None:
        """Learn the motors, or the columns."""
        if stream == _BASELINE and not self._motors:
            self._motors = positioner_keys(descriptor)
        elif stream == self._main and self._columns is None:
            self._columns = SpecColumns(self.start, descriptor)
        self._write_header_when_ready()

    def point(self, stream: str, event: Document) -> None:
        """Write a row, or learn the positions of the motors."""
        self._points[stream] += 1
        if stream == self._main and self._columns is not None:
            self._write_header()
            self._write_point(self._columns, event)
        elif stream == _BASELINE and self._positions is None:
            self._positions = {name: event["data"].get(name) for name in self._motors}
            self._write_header_when_ready()

    def ended(self, stop: Document) -> None:
        """Write how the run ended, and what the file has not got."""
        self._write_header()
        self._text += [
            f"#C {label} is NaN at {count} points; silx and PyMca show 0 there\n"
            for label, count in self._missing.items()
        ]
        self._text += [
            f"#C stream {spec.one_line(stream)} has {count} points, which are not in this file\n"
            for stream, count in self._points.items()
            if stream not in (self._main, _BASELINE)
        ]
        ending = spec.one_line(ending_of(stop, self._points[self._main]))
        self._text.append(f"#C {spec.spec_date(float(stop.get('time', 0.0)))} ended: {ending}\n\n")

    def _write_point(self, columns: "SpecColumns", event: Document) -> None:
        self._text += [spec.spectrum_line(channels) for channels in columns.spectra_of(event)]
        numbers = [spec.number(value) for value in columns.values(event, self._epoch)]
        if spec.MISSING in numbers:
            named = zip(columns.labels, numbers, strict=True)
            self._missing.update(label for label, number in named if number == spec.MISSING)
        self._text.append(spec.line_of(numbers))

    def _write_header_when_ready(self) -> None:
        if self._columns is not None and self._positions is not None:
            self._write_header()

    def _write_header(self) -> None:
        if self._has_header:
            return
        self._has_header = True
        start, columns = self.start, self._columns
        labels = columns.labels if columns else labels_without_points(start)
        time = float(start.get("time", 0.0))
        self._text += [
            f"#S {self._number}  {scan_command(start)}\n",
            f"#D {spec.spec_date(time)}\n",
            spec.comment_lines(time, comments_of(start)),
            spec.preset_line(start.get("count_time")),
            spec.metadata_lines(metadata_of(start) | (columns.facts() if columns else {})),
            spec.position_lines(self._positions or start.get("positions_before") or {}),
            spec.spectra_lines(columns.spectra if columns else ()),
            f"#N {len(labels)}\n#L {'  '.join(labels)}\n",
        ]


class SpecColumns:
    """The columns of a scan: scanned motors, Epoch, Seconds, everything else, plot counter last.

    Numbers become columns and arrays of one dimension spectra; text and images are left to formats
    that can hold them.
    """

    def __init__(self, start: Document, descriptor: Document) -> None:
        self._table = table = RunTable(start, descriptor)
        self._seconds = [key for key in table.others if key == SECONDS]
        self._others = [key for key in table.others if key not in self._seconds]
        seconds = ["Seconds" for _ in self._seconds]
        self.labels = unique_labels([*table.scanned, "Epoch", *seconds, *self._others])
        self.spectra = spectra_of(descriptor, table.arrays)

    def values(self, event: Document, epoch: int) -> list[object]:
        """Give the numbers of one event in the order of `labels`."""
        read = self._table.read(event).get
        return [
            *map(read, self._table.scanned),
            event["time"] - epoch,
            *map(read, self._seconds),
            *map(read, self._others),
        ]

    def spectra_of(self, event: Document) -> list[Sequence[object]]:
        """Give the channels of the spectra of one event; what is missing is None in each."""
        found = (event["data"].get(spectrum.key) for spectrum in self.spectra)
        return [
            values if is_spectrum(values) else [None] * spectrum.channels
            for spectrum, values in zip(self.spectra, found, strict=True)
        ]

    def facts(self) -> dict[str, str]:
        """Give the units of the columns, and the names of the spectra in their order."""
        keys = [*self._table.scanned, "", *self._seconds, *self._others]
        units = [
            f"{label} {spec.label(self._table.units(key))}"
            for label, key in zip(self.labels, keys, strict=True)
            if self._table.units(key)
        ]
        facts = {"units": ", ".join(units)} if units else {}
        if self.spectra:
            facts["spectra"] = " ".join(spec.label(spectrum.key) for spectrum in self.spectra)
        return facts


def is_spectrum(values: object) -> bool:
    """Tell whether a value is the channels of a spectrum, as lists and arrays are."""
    return hasattr(values, "__len__") and not isinstance(values, str | bytes | Mapping)


def spectra_of(descriptor: Document, keys: Iterable[str]) -> tuple[Spectrum, ...]:
    """Give the arrays that are written as spectra: of one dimension, small, in the events."""
    described = descriptor["data_keys"]
    found = []
    for key in keys:
        shape: Sequence[Any] = described[key].get("shape") or []
        is_line = len(shape) == 1 and isinstance(shape[0], int)
        if is_line and 0 < shape[0] <= LARGEST_SPECTRUM and "external" not in described[key]:
            meant = channels_of(descriptor, key)
            calibration = meant.calibration or TO_CHANNELS
            found.append(Spectrum(key, shape[0], calibration, meant.first))
    return tuple(found)


def metadata_of(start: Document) -> dict[str, object]:
    """Give what the start document says in one word or number, its uid first."""
    told = {
        key: value
        for key, value in start.items()
        if key not in _NO_METADATA and isinstance(value, str | int | float)
    }
    return {"uid": start["uid"], **told}


def unique_labels(names: Iterable[str]) -> list[str]:
    """Turn names into labels; one that is taken gets a number, as readers find columns by label."""
    labels: list[str] = []
    for name in names:
        label = wanted = spec.label(name)
        copy = 1
        while label in labels:
            copy += 1
            label = f"{wanted}_{copy}"
        labels.append(label)
    return labels


def labels_without_points(start: Document) -> list[str]:
    """Give the labels of a scan that ended before its first point was described."""
    return unique_labels([*map(str, start.get("motors", ())), "Epoch"])


def scan_number(start: Document) -> int:
    """Give the number that a run asks for in its file; at least 1."""
    scan_id = start.get("scan_id", 1)
    return scan_id if isinstance(scan_id, int) and scan_id > 0 else 1


def epoch_of(start: Document) -> int:
    """Give the ``#E`` of a file that begins with this run."""
    return math.floor(float(start.get("time", 0.0)))


def scan_command(start: Document) -> str:
    """Give the command of a run on one line."""
    return spec.one_line(command_of(start))


def spec_pieces(
    documents: Iterable[tuple[str, Mapping[str, Any]]],
    number: int | None = None,
    epoch: int | None = None,
) -> Iterator[str]:
    """Yield the block of one run, piece by piece as its documents come.

    Parameters
    ----------
    documents
        (name, document) of one run, the start document first.
    number
        Of the scan in its file; the run's own scan number when not given.
    epoch
        The ``#E`` of the file; that of a file which begins with this run when not given.

    Raises
    ------
    ConsumerError
        The first document is no start document.
    """
    stream = iter(documents)
    name, start = next(stream)
    if name != "start":
        message = f"a run begins with its start document, not with a {name} document"
        raise ConsumerError(message)
    block = SpecBlock(start, number, epoch)
    for name, doc in stream:
        yield block.take(name, doc)
