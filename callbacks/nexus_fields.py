"""Make the items of a layout in an HDF5 file and let its series and maps grow."""

from collections.abc import Iterable, Mapping
from typing import Any

import h5py
import numpy as np

from callbacks import nexus_items as nexus
from callbacks.run_readings import number_or_nan

#: Bytes of one chunk of a series, and of a series from which on it is compressed (BL-145).
CHUNK_BYTES = 1 << 20
#: Points of one chunk of plain numbers; a chunk is allocated whole.
CHUNK_POINTS = 1024


class Fields:
    """The fields of one open file, and the points that were taken but not written yet."""

    def __init__(self, file: h5py.File) -> None:
        self._file = file
        self._series: list[tuple[nexus.Series, h5py.Dataset]] = []
        self._maps: list[_MapField] = []
        self._rows: list[Mapping[str, Any]] = []

    def create(self, items: Iterable[nexus.Item], points: int = 0) -> None:
        """Make groups, fields and links; `points` is how many are expected, 0 for unknown."""
        for item in items:
            if isinstance(item, nexus.Group):
                _create_group(self._file, item)
            elif isinstance(item, nexus.Constant):
                _create_constant(self._file, item)
            elif isinstance(item, nexus.Series):
                self._series.append((item, _create_series(self._file, item, points)))
            elif isinstance(item, nexus.Map):
                self._maps.append(_MapField(self._file, item))
            else:
                self._file[item.path] = self._file[item.target]

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Keep the readings of one point until `write_rows`."""
        self._rows.append(row)

    def write_rows(self) -> None:
        """Write all points kept so far and make them readable."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        for item, dataset in self._series:
            written = len(dataset)
            dataset.resize(written + len(rows), axis=0)
            dataset[written:] = _column(item, [row.get(item.source) for row in rows])
        for field in self._maps:
            field.write(rows)
        self._file.flush()

    def set_text(self, path: str, text: str) -> None:
        """Rewrite a text in the bytes it was made with."""
        dataset = _dataset(self._file, path)
        dataset[()] = _cut(text, dataset.dtype.itemsize)

    def set_value(self, path: str, value: object) -> None:
        """Rewrite a number, or a text in the bytes it was made with."""
        if isinstance(value, str):
            self.set_text(path, value)
        else:
            _dataset(self._file, path)[()] = value


class _MapField:
    """A map, kept in memory too so that whole lines of it are written at once."""

    def __init__(self, file: h5py.File, item: nexus.Map) -> None:
        self._item = item
        self._values = np.full(item.grid.shape, np.nan)
        self._dataset = file.create_dataset(item.path, data=self._values)
        self._dataset.attrs.update(item.attributes)

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        lines = []
        for row in rows:
            node = self._item.grid.index(row)
            if node is not None:
                self._values[node] = number_or_nan(row.get(self._item.source))
                lines.append(node[0])
        if lines:
            touched = slice(min(lines), max(lines) + 1)
            self._dataset[touched] = self._values[touched]


def _create_group(file: h5py.File, item: nexus.Group) -> None:
    group = file.require_group(item.path)
    group.attrs["NX_class"] = item.nx_class
    for name, value in item.attributes.items():
        group.attrs[name] = value
    if item.nx_class == "NXentry":
        file.attrs.update({"NX_class": "NXroot", "creator": "blueline", "default": item.path[1:]})


def _create_constant(file: h5py.File, item: nexus.Constant) -> None:
    value = item.value
    if isinstance(value, str):
        length = item.length or max(1, len(value.encode("utf-8", "replace")))
        dtype = h5py.string_dtype("utf-8", length)
        dataset = file.create_dataset(item.path, data=_cut(value, length), dtype=dtype)
    elif isinstance(value, list):
        texts = [str(text).encode("utf-8", "replace") for text in value]
        dtype = h5py.string_dtype("utf-8", max(1, *map(len, texts)) if texts else 1)
        dataset = file.create_dataset(item.path, data=np.array(texts, dtype=dtype))
    else:
        dataset = file.create_dataset(item.path, data=value)
    dataset.attrs.update(item.attributes)


def _create_series(file: h5py.File, item: nexus.Series, points: int) -> h5py.Dataset:
    dtype = h5py.string_dtype("utf-8", nexus.TEXT_LENGTH) if item.is_text else np.dtype("f8")
    per_point = max(1, int(np.prod(item.shape))) * np.dtype(dtype).itemsize
    chunk = max(1, min(CHUNK_POINTS, CHUNK_BYTES // per_point, points or CHUNK_POINTS))
    is_large = per_point * points > CHUNK_BYTES
    dataset = file.create_dataset(
        item.path,
        shape=(0, *item.shape),
        maxshape=(None, *item.shape),
        chunks=(chunk, *item.shape),
        dtype=dtype,
        fillvalue=None if item.is_text else np.nan,
        **({"compression": "gzip", "shuffle": True} if is_large else {}),
    )
    dataset.attrs.update(item.attributes)
    return dataset


def _column(item: nexus.Series, values: list[Any]) -> np.ndarray:
    if item.is_text:
        dtype = h5py.string_dtype("utf-8", nexus.TEXT_LENGTH)
        texts = ["" if value is None else str(value) for value in values]
        return np.array([_cut(text, nexus.TEXT_LENGTH) for text in texts], dtype=dtype)
    if not item.shape:
        return np.array([number_or_nan(value) for value in values])
    column = np.full((len(values), *item.shape), np.nan)
    for row, value in zip(column, values, strict=True):
        _fit(row, value)
    return column


def _fit(row: np.ndarray, value: object) -> None:
    """Put an array where there is room for one of the first point's shape; the rest stays NaN."""
    array = np.asarray(value)
    if array.ndim != row.ndim or array.dtype.kind not in "biuf":
        return
    common = tuple(slice(min(a, b)) for a, b in zip(array.shape, row.shape, strict=True))
    row[common] = array[common]


def _cut(text: str, length: int) -> bytes:
    """Encode a text in at most `length` bytes without tearing a character."""
    return text.encode("utf-8", "replace")[:length].decode("utf-8", "ignore").encode()


def _dataset(file: h5py.File, path: str) -> h5py.Dataset:
    found = file[path]
    assert isinstance(found, h5py.Dataset)  # noqa: S101 - made by the layout
    return found
