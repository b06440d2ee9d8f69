"""Make the items of a layout in an HDF5 file and let its series and maps grow."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from callbacks import nexus_items as nexus
from callbacks.errors import ConsumerError
from callbacks.run_readings import number_or_nan

#: Bytes of one chunk of a series, and of a series from which on it is compressed (BL-145).
CHUNK_BYTES = 1 << 20
#: Points of one chunk of plain numbers; a chunk is allocated whole.
CHUNK_POINTS = 1024
#: Points that a scan has which does not say how many.
USUAL_POINTS = 1000


@dataclass(frozen=True)
class Storage:
    """How series of more than `CHUNK_BYTES` are compressed (BL-145).

    Parameters
    ----------
    compression
        ``"gzip"`` with byte shuffle, which every reader knows; ``"bitshuffle"`` with LZ4, which is
        quicker and which readers need hdf5plugin for; ``"none"``.

    Raises
    ------
    ConsumerError
        There is no such compression.
    """

    compression: str = "gzip"

    def __post_init__(self) -> None:
        """Refuse what is not known before a file is made."""
        if self.compression not in ("gzip", "bitshuffle", "none"):
            message = f"compression is gzip, bitshuffle or none, not {self.compression!r}"
            raise ConsumerError(message)

    def filters(self, size: int) -> dict[str, Any]:
        """Give what h5py is told of a series of `size` bytes."""
        if size <= CHUNK_BYTES or self.compression == "none":
            return {}
        if self.compression == "bitshuffle":
            import hdf5plugin  # noqa: PLC0415 - registers all its filters, which takes 0.1 s

            return dict(hdf5plugin.Bitshuffle(cname="lz4"))
        return {"compression": "gzip", "shuffle": True}


Columns = dict[str, np.ndarray]


class Fields:
    """The fields of one open file, and the points that were taken but not written yet.

    Attributes
    ----------
    compute
        Gives further columns of some points, by source, for the columns of their numbers.
    cut
        How many points could not be kept whole, by source.
    """

    def __init__(self, file: h5py.File, storage: Storage | None = None) -> None:
        self._file = file
        self._storage = storage or Storage()
        self._series: list[tuple[nexus.Series, h5py.Dataset]] = []
        self._maps: list[_MapField] = []
        self._rows: list[Mapping[str, Any]] = []
        self.compute: Callable[[Columns], Columns] = lambda _columns: {}
        self.cut: Counter[str] = Counter()

    def create(self, items: Iterable[nexus.Item], points: int = 0) -> None:
        """Make groups, fields and links; `points` is how many are expected, 0 for unknown."""
        for item in items:
            if isinstance(item, nexus.Group):
                _create_group(self._file, item)
            elif isinstance(item, nexus.Constant):
                _create_constant(self._file, item)
            elif isinstance(item, nexus.Series):
                self._series.append((item, self._create_series(item, points)))
            elif isinstance(item, nexus.Map):
                self._maps.append(_MapField(self._file, item))
            elif isinstance(item, nexus.External):
                self._file[item.path] = h5py.ExternalLink(item.file, item.target)
            else:
                self._file[item.path] = self._file[item.target]

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Keep the readings of one point until `write_rows`."""
        self._rows.append(row)

    def write_rows(self) -> bool:
        """Write all points kept so far, readable once the file is flushed; False for none."""
        rows, self._rows = self._rows, []
        if not rows:
            return False
        columns, numbers = self._columns(rows)
        for item, dataset in self._series:
            _append(dataset, columns[item.source])
        for field in self._maps:
            field.write(rows, numbers[field.item.source])
        return True

    def _columns(self, rows: list[Mapping[str, Any]]) -> tuple[Columns, Columns]:
        """Give what the rows have for each source as it is written, and the numbers as floats.

        Each is looked up once, however many fields it has.
        """
        items = {item.source: item for item, _dataset in self._series}
        read: Columns = {}
        for name, item in items.items():
            read[name], cut = _column(item, [row.get(name) for row in rows])
            if cut:
                self.cut[name] += cut
        numbers = {
            name: _as_floats(read[name], item) for name, item in items.items() if not item.is_text
        }
        computed = self.compute(numbers)
        return {**read, **computed}, {**numbers, **computed}

    def cut_paths(self) -> dict[str, int]:
        """Give how many points could not be kept whole, by the path of the field."""
        found = {item.path: self.cut[item.source] for item, _dataset in self._series}
        return {path: points for path, points in found.items() if points}

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

    def _create_series(self, item: nexus.Series, points: int) -> h5py.Dataset:
        dtype, missing = _type_of(item)
        per_point = max(1, int(np.prod(item.shape))) * np.dtype(dtype).itemsize
        chunk = max(1, min(CHUNK_POINTS, CHUNK_BYTES // per_point, points or CHUNK_POINTS))
        dataset = self._file.create_dataset(
            item.path,
            shape=(0, *item.shape),
            maxshape=(None, *item.shape),
            chunks=(chunk, *item.shape),
            dtype=dtype,
            fillvalue=missing,
            **self._storage.filters(per_point * (points or USUAL_POINTS)),
        )
        dataset.attrs.update(item.attributes)
        if item.dtype in nexus.MISSING:
            dataset.attrs["_FillValue"] = np.array(missing, dtype)
        return dataset


class _MapField:
    """A map, kept in memory too so that whole lines of it are written at once."""

    def __init__(self, file: h5py.File, item: nexus.Map) -> None:
        self.item = item
        self._values = np.full(item.grid.shape, np.nan)
        self._dataset = file.create_dataset(item.path, data=self._values)
        self._dataset.attrs.update(item.attributes)

    def write(self, rows: Iterable[Mapping[str, Any]], values: np.ndarray) -> None:
        lines = []
        for row, value in zip(rows, values, strict=True):
            node = self.item.grid.index(row)
            if node is not None:
                self._values[node] = value
                lines.append(node[0])
        if lines:
            touched = slice(min(lines), max(lines) + 1)
            self._dataset[touched] = self._values[touched]


def _create_group(file: h5py.File, item: nexus.Group) -> None:
    group = file.require_group(item.path)
    group.attrs["NX_class"] = item.nx_class
    for name, value in item.attributes.items():
        group.attrs[name] = value
    if item.nx_class == "NXentry" and "default" not in file.attrs:
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


def _type_of(item: nexus.Series) -> tuple[Any, Any]:
    """Give the type of a series and what stands for a missing element."""
    if item.is_text:
        return h5py.string_dtype("utf-8", nexus.TEXT_LENGTH), None
    return np.dtype(item.dtype), nexus.MISSING.get(item.dtype, np.nan)


def _append(dataset: h5py.Dataset, values: np.ndarray) -> None:
    """Append to a series; by h5py's lower level, as this is done for each field of each point."""
    handle = dataset.id
    written, *shape = handle.shape
    handle.set_extent((written + len(values), *shape))
    space = handle.get_space()
    space.select_hyperslab((written, *[0] * len(shape)), values.shape)
    handle.write(h5py.h5s.create_simple(values.shape), space, np.ascontiguousarray(values))


def _as_floats(values: np.ndarray, item: nexus.Series) -> np.ndarray:
    """Give whole numbers as floats, NaN for those that are missing."""
    missing = nexus.MISSING.get(item.dtype)
    if missing is None:
        return values
    return np.where(values == missing, np.nan, values.astype(float))


def _column(item: nexus.Series, values: list[Any]) -> tuple[np.ndarray, int]:
    """Give the values as they are written, and how many of them are not whole."""
    if item.is_text:
        return _texts(values)
    if item.dtype in nexus.MISSING:
        return np.array([_whole(value, item.dtype) for value in values], item.dtype), 0
    if not item.shape:
        return np.array([number_or_nan(value) for value in values]), 0
    column = np.full((len(values), *item.shape), np.nan)
    fits = [_fit(row, value) for row, value in zip(column, values, strict=True)]
    return column, fits.count(False)


def _texts(values: list[Any]) -> tuple[np.ndarray, int]:
    dtype = h5py.string_dtype("utf-8", nexus.TEXT_LENGTH)
    texts = ["" if value is None else str(value) for value in values]
    whole = [text.encode("utf-8", "replace") for text in texts]
    column = np.array([_cut(text, nexus.TEXT_LENGTH) for text in texts], dtype=dtype)
    return column, sum(len(text) > nexus.TEXT_LENGTH for text in whole)


def _whole(value: object, dtype: str) -> int:
    limits = np.iinfo(dtype)
    if isinstance(value, int) and limits.min <= value <= limits.max:
        return value
    return nexus.MISSING[dtype]


def _fit(row: np.ndarray, value: object) -> bool:
    """Put an array where there is room for one of the first point's shape; the rest stays NaN.

    Returns
    -------
    Whether all of it is there; what is missing has nothing that could be lost.
    """
    array = np.asarray(value)
    if array.ndim != row.ndim or array.dtype.kind not in "biuf":
        return value is None
    common = tuple(slice(min(a, b)) for a, b in zip(array.shape, row.shape, strict=True))
    row[common] = array[common]
    return all(a <= b for a, b in zip(array.shape, row.shape, strict=True))


def _cut(text: str, length: int) -> bytes:
    """Encode a text in at most `length` bytes without tearing a character."""
    return text.encode("utf-8", "replace")[:length].decode("utf-8", "ignore").encode()


def _dataset(file: h5py.File, path: str) -> h5py.Dataset:
    found = file[path]
    assert isinstance(found, h5py.Dataset)  # noqa: S101 - made by the layout
    return found
