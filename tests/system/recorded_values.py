"""What each kind of file says that a run has measured, read without any code that wrote it."""

import re
from collections import defaultdict

import h5py
import numpy as np


def emitted(documents):
    """Values by stream and data key, in the order of the events, and the times of these."""
    names, values = {}, defaultdict(lambda: defaultdict(list))
    for name, doc in documents:
        if name == "descriptor":
            names[doc["uid"]] = doc["name"]
        elif name == "event":
            stream = values[names[doc["descriptor"]]]
            stream["time"].append(doc["time"])
            for key, value in doc["data"].items():
                stream[key].append(value)
    return {stream: dict(columns) for stream, columns in values.items()}


def described(documents, stream="primary"):
    for name, doc in documents:
        if name == "descriptor" and doc["name"] == stream:
            return doc["data_keys"]
    return {}


def scalars(documents, stream="primary"):
    """The data keys that are one number per event."""
    kinds = {"number", "integer", "boolean"}
    keys = described(documents, stream).items()
    return [key for key, each in keys if each["dtype"] in kinds and not each["shape"]]


def bits(values):
    """Each number as text that differs where a bit does; integers are compared as such."""
    return [_bits(value) for value in values]


def _bits(value):
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return str(int(value))
    number = float(value)
    is_large_integer = number.is_integer() and number != 0 and abs(number) < 2**63
    return str(int(number)) if is_large_integer else _whole(number)


def _whole(number):
    return "0" if number.hex() == "0x0.0p+0" else number.hex()


class SpecScan:
    """One scan of a SPEC file."""

    def __init__(self, path, uid):
        text = path.read_text(encoding="utf-8")
        self.epoch = int(re.search(r"^#E (\d+)$", text, re.M)[1])
        blocks = re.split(r"^(?=#S )", text, flags=re.M)
        (block,) = (each for each in blocks if f"#MD uid = {uid}\n" in each)
        self.lines = block.splitlines()

    @property
    def columns(self):
        (labels,) = (line[3:].split("  ") for line in self.lines if line.startswith("#L "))
        rows = [line.split(" ") for line in self.lines if re.match(r"[-+\d.N]", line)]
        assert {len(row) for row in rows} <= {len(labels)}
        return {label: [_number(row[i]) for row in rows] for i, label in enumerate(labels)}

    @property
    def positions(self):
        names = [name for line in self._lines("#O") for name in line.split("  ")]
        values = [_number(word) for line in self._lines("#P") for word in line.split(" ")]
        return dict(zip(names, values, strict=True))

    @property
    def spectra(self):
        lines = (line.removeprefix("@A ") for line in self.lines if line.startswith("@A "))
        return [[_number(word) for word in line.split()] for line in lines]

    def _lines(self, kind):
        found = (re.fullmatch(rf"{kind}\d+ (.*)", line) for line in self.lines)
        return [match[1] for match in found if match]


def _number(token):
    return int(token) if re.fullmatch(r"[-+]?\d+", token) else float(token)


def nexus(path, stream="primary"):
    """The columns of a stream in a NeXus file."""
    with h5py.File(path, "r", locking=False) as file:
        entries = list(file.values())
        named = [each[f"streams/{stream}"] for each in entries if f"streams/{stream}" in each]
        group = named[0] if named else entries[0]["measurement"]
        return {name: _column(dataset) for name, dataset in group.items()}


def _column(dataset):
    if h5py.check_string_dtype(dataset.dtype):
        return dataset.asstr()[()].tolist()
    return dataset[()].tolist()
