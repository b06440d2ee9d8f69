"""The runs of a catalog as a person asks for them; everything else is Tiled's."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callbacks.baseline import Difference, Readings, differences
from callbacks.catalog_query import RunQuery, Time
from callbacks.errors import CatalogError
from callbacks.replay import Replay, journals

if TYPE_CHECKING:
    import pandas
    import xarray


class Runs:
    """The runs of a catalog in the order in which they began.

    ``runs[-1]`` is the last one, ``runs[7]`` the newest with scan number 7, ``runs["3f2a9"]`` the
    one whose uid begins so (five characters at least). What is not said here is Tiled's client:
    ``runs.v1`` and ``runs.v2`` are databroker's.

    Parameters
    ----------
    client
        Tiled's, of the container of the runs.
    root
        The data folder with the journals.
    problems
        Why runs are missing, by uid.

    Examples
    --------
    >>> from callbacks.catalog import open_catalog
    >>> with open_catalog("blueline-demo") as runs:  # doctest: +SKIP
    ...     for run in runs.search(sample="Cu foil", since="2025-11-20"):
    ...         print(run.scan_id, run.table().describe())
    """

    def __init__(self, client: Any, root: Path, problems: Mapping[str, str] | None = None) -> None:  # noqa: ANN401
        self.client = client
        self.problems = problems or {}
        self._root = root

    def __len__(self) -> int:
        """Count them."""
        return len(self.client)

    def __iter__(self) -> Iterator["Run"]:
        """Go through them, the oldest first."""
        for client in self.client.values():
            yield Run(client, self._root)

    def __getitem__(self, which: int | str) -> "Run":
        """Give one run.

        Raises
        ------
        CatalogError
            There is none, or more than one, or too little of a uid was given.
        """
        try:
            return Run(self.client[which], self._root)
        except (KeyError, IndexError, ValueError) as error:
            said = error.args[0] if error.args else error
            message = f"the catalog of {self._root} has no run {which!r}: {said}"
            raise CatalogError(message) from error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - Tiled's
        """Give what Tiled's client has."""
        return getattr(self.client, name)

    def search(
        self,
        *,
        plan: str | None = None,
        sample: str | None = None,
        motor: str | None = None,
        since: Time | None = None,
        until: Time | None = None,
    ) -> "Runs":
        """Give those that meet all conditions, see `callbacks.catalog_query.RunQuery`.

        Raises
        ------
        CatalogError
            A time cannot be read.
        """
        found = self.client
        for query in RunQuery(plan, sample, motor, since, until).tiled():
            found = found.search(query)
        return Runs(found, self._root)


class Run:
    """One run of a catalog; what is not said here is Tiled's client.

    Parameters
    ----------
    client
        Tiled's, of the run.
    root
        The data folder with the journals.
    """

    def __init__(self, client: Any, root: Path) -> None:  # noqa: ANN401
        self.client = client
        self._root = root

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - Tiled's
        """Give what Tiled's client has, the streams by name among it."""
        return getattr(self.client, name)

    def __repr__(self) -> str:
        """Say what it is, as Tiled does."""
        return repr(self.client)

    @cached_property
    def start(self) -> Mapping[str, Any]:
        """Its start document; numbers beyond 2**53 in it are cut there, see `documents`."""
        return dict(self.client.metadata["start"])

    @cached_property
    def stop(self) -> Mapping[str, Any]:
        """Its stop document."""
        return dict(self.client.metadata["stop"])

    @property
    def uid(self) -> str:
        """Its unique id."""
        return self.start["uid"]

    @property
    def scan_id(self) -> int | None:
        """Its number."""
        return self.start.get("scan_id")

    @property
    def streams(self) -> Sequence[str]:
        """Names of its streams."""
        return list(self.client)

    def to_xarray(
        self, stream: str = "primary", fields: Sequence[str] | None = None
    ) -> "xarray.Dataset":
        """Give a stream with all its arrays, frames of cameras among them, along ``time``.

        Parameters
        ----------
        stream
            One of `streams`.
        fields
            Data keys, or names of devices for all of theirs; everything where None.

        Raises
        ------
        CatalogError
            It has no such stream or field.
        """
        if stream not in self.streams:
            known = ", ".join(self.streams) or "none"
            message = f"scan {self.scan_id} has no stream {stream!r}; it has {known}"
            raise CatalogError(message)
        node = self.client[stream]
        keys = None if fields is None else self._keys(stream, fields)
        return node.read() if keys is None else node.read(keys)

    def table(
        self, stream: str = "primary", fields: Sequence[str] | None = None
    ) -> "pandas.DataFrame":
        """Give what is one number or text per event, a row each, and when: ``time``, in UTC.

        Parameters are those of `to_xarray`.

        Raises
        ------
        CatalogError
            It has no such stream or field.
        """
        import pandas as pd  # noqa: PLC0415 - takes long

        data = self.to_xarray(stream, fields)
        columns = {str(name): data[name].values for name in data if data[name].ndim == 1}
        when = pd.to_datetime(data["time"].values, unit="s", utc=True)
        index = pd.RangeIndex(1, len(when) + 1, name="point")
        return pd.DataFrame({"time": when, **columns}, index=index)

    def baseline(self) -> Readings:
        """Give the readings before and after the scan, by name; none where none were taken."""
        if "baseline" not in self.streams:
            return {}
        data = self.to_xarray("baseline")
        return {str(name): data[name].values.tolist() for name in data}

    def baseline_differences(self, other: "Run") -> list[Difference]:
        """Give the readings that another run began with differently."""
        return differences(self.baseline(), other.baseline(), self._units("baseline"))

    def documents(self) -> Replay:
        """Give its documents as they were emitted, from its journal.

        Tiled's own ``client.documents()`` makes them anew, with other uids of events.

        Raises
        ------
        CatalogError
            The journal is not in the data folder.
        """
        for path in journals(self._root):
            if path.stem.endswith(self.uid[:8]) and _is_of(path, self.uid):
                return Replay(path)
        message = f"the journal of scan {self.scan_id} ({self.uid}) is not in {self._root}"
        raise CatalogError(message)

    def _described(self, stream: str) -> Mapping[str, Mapping[str, Any]]:
        return self.client[stream].metadata.get("data_keys", {})

    def _units(self, stream: str) -> Mapping[str, str]:
        if stream not in self.streams:
            return {}
        described = self._described(stream).items()
        return {key: str(each["units"]) for key, each in described if each.get("units")}

    def _keys(self, stream: str, fields: Sequence[str]) -> list[str]:
        described = self._described(stream)
        found: list[str] = []
        for field in fields:
            devices = (key for key, each in described.items() if each.get("object_name") == field)
            keys = [field] if field in described else list(devices)
            if not keys:
                message = f"{stream!r} of scan {self.scan_id} has no field or device {field!r}"
                raise CatalogError(message)
            found += [key for key in keys if key not in found]
        return found


def _is_of(path: Path, uid: str) -> bool:
    for name, doc in Replay(path):
        return name == "start" and doc["uid"] == uid
    return False
