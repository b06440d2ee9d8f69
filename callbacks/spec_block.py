"""The block of one scan in a SPEC file, made from the documents of its run; pure text."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from callbacks import spec_format as spec
from callbacks.errors import ConsumerError
from callbacks.routing import Document
from callbacks.run_readings import Derived, events_of, positioner_keys
from reduction.run_plot import default_plot, is_number, scanned_keys

#: The data key of the elapsed count time.
SECONDS = "seconds"

_METADATA = ("plan_name", "data_set", "sample", "user", "time_factor")
_OUTCOMES = {"success": "success", "abort": "aborted", "fail": "failed"}


class SpecBlock:
    """Turn the documents of one run into text, each as soon as it can be written.

    The header of the scan needs the first baseline event (for the motor positions) and the
    descriptor of the stream ``primary`` (for the columns); a first point does not wait for either.
    Streams other than these two are passed over.

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
        self._start = start
        self._number = scan_number(start) if number is None else number
        self._epoch = epoch_of(start) if epoch is None else epoch
        self._streams: dict[str, str] = {}
        self._columns: SpecColumns | None = None
        self._motors: tuple[str, ...] = ()
        self._positions: dict[str, object] | None = None
        self._has_header = False
        self._points = 0
        self._missing: Counter[str] = Counter()
        self._takers: dict[str, Callable[[Document], str]] = {
            "descriptor": self._descriptor,
            "event": self._event,
            "event_page": self._event_page,
            "stop": self._stop,
        }

    def take(self, name: str, doc: Document) -> str:
        """Give the text that this document adds to the block, often none."""
        taker = self._takers.get(name)
        return taker(doc) if taker else ""

    def _descriptor(self, doc: Document) -> str:
        stream = str(doc.get("name", "primary"))
        self._streams[doc["uid"]] = stream
        if stream == "baseline" and not self._motors:
            self._motors = positioner_keys(doc)
        elif stream == "primary" and self._columns is None:
            self._columns = SpecColumns(self._start, doc)
        return self._header_when_ready()

    def _event_page(self, doc: Document) -> str:
        return "".join(self._event(event) for event in events_of(doc))

    def _event(self, doc: Document) -> str:
        stream = self._streams.get(doc["descriptor"])
        if stream == "baseline" and self._positions is None:
            self._positions = {name: doc["data"].get(name) for name in self._motors}
            return self._header_when_ready()
        if stream == "primary" and self._columns is not None:
            return self._header() + self._row(self._columns, doc)
        return ""

    def _row(self, columns: "SpecColumns", doc: Document) -> str:
        values = columns.values(doc, self._epoch)
        self._points += 1
        for label, value in zip(columns.labels, values, strict=True):
            if spec.number(value) == "NaN":
                self._missing[label] += 1
        return spec.row(values)

    def _header_when_ready(self) -> str:
        is_ready = self._columns is not None and self._positions is not None
        return self._header() if is_ready else ""

    def _header(self) -> str:
        if self._has_header:
            return ""
        self._has_header = True
        start = self._start
        labels = self._columns.labels if self._columns else labels_without_points(start)
        known = {key: start[key] for key in _METADATA if key in start}
        return (
            f"#S {self._number}  {scan_command(start)}\n"
            f"#D {spec.spec_date(float(start.get('time', 0.0)))}\n"
            + spec.preset_line(start.get("count_time"))
            + spec.metadata_lines({"uid": start["uid"], **known})
            + spec.position_lines(self._positions or {})
            + f"#N {len(labels)}\n#L {'  '.join(labels)}\n"
        )

    def _stop(self, doc: Document) -> str:
        missing = "".join(
            f"#C {label} is NaN at {count} points; silx and PyMca show 0 there\n"
            for label, count in self._missing.items()
        )
        return self._header() + missing + f"#C {self._ending(doc)}\n\n"

    def _ending(self, doc: Document) -> str:
        status = str(doc.get("exit_status", "fail"))
        outcome = _OUTCOMES.get(status, spec.one_line(status))
        reason = spec.one_line(doc.get("reason") or "")
        then = spec.spec_date(float(doc.get("time", 0.0)))
        text = f"{then} ended: {outcome}, {self._points} points"
        return f"{text}: {reason}" if reason else text


class SpecColumns:
    """The columns of a scan: scanned motors, Epoch, Seconds, everything else, plot counter last.

    Only numbers become columns; text, spectra and images are left to formats that can hold them.
    """

    def __init__(self, start: Document, descriptor: Document) -> None:
        keys = descriptor["data_keys"]
        self._derived = Derived(start)
        derived = [name for name in self._derived.described if name not in keys]
        numbers = [key for key in keys if is_number(keys[key])]
        self._scanned = [key for key in scanned_keys(start, descriptor) if key in numbers]
        self._seconds = [key for key in numbers if key == SECONDS and key not in self._scanned]
        others = [*numbers, *derived]
        plotted = default_plot(start, descriptor).y[:1]
        taken = {*self._scanned, *self._seconds, *plotted}
        self._others = [key for key in others if key not in taken]
        self._others += [key for key in plotted if key in others and key not in self._scanned]
        names = [*self._scanned, "Epoch", *("Seconds" for _ in self._seconds), *self._others]
        self.labels = unique_labels(names)

    def values(self, event: Document, epoch: int) -> list[object]:
        """Give the numbers of one event in the order of `labels`."""
        data = event["data"]
        if self._derived.described:
            data = {**self._derived.values(data), **data}
        read = data.get
        return [
            *map(read, self._scanned),
            event["time"] - epoch,
            *map(read, self._seconds),
            *map(read, self._others),
        ]


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
    """Give the command of a run on one line; for foreign plans, their name and motors."""
    command = start.get("scan_command")
    if not command:
        motors = (str(name) for name in start.get("motors", ()))
        command = " ".join([str(start.get("plan_name", "scan")), *motors])
    return spec.one_line(command)


def spec_block(
    documents: Iterable[tuple[str, Mapping[str, Any]]],
    number: int | None = None,
    epoch: int | None = None,
) -> str:
    """Give the whole block of one run, exactly as the writer builds it during the scan.

    Parameters
    ----------
    documents
        (name, document) of one run, the start document first.
    number
        Of the scan in its file; the run's own scan number when not given.
    epoch
        The ``#E`` of the file; that of a file which begins with this run when not given.
    """
    stream = iter(documents)
    name, start = next(stream)
    if name != "start":
        message = f"a run begins with its start document, not with a {name} document"
        raise ConsumerError(message)
    block = SpecBlock(start, number, epoch)
    return "".join(block.take(name, doc) for name, doc in stream)
