"""What became of the items of a queue: their runs, and what was found in them."""

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from callbacks.errors import CallbackError
from callbacks.replay import stop_of
from callbacks.results import read_results

#: Runs whose end is remembered; the earliest known is forgotten first.
_MOST_ENDS = 1000


class RunsOfItems:
    """The runs of items, from the lines that the worker notes when each begins.

    Parameters
    ----------
    file
        Of the lines.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0
        self._of_item: dict[str, list[dict[str, Any]]] = {}
        self._data: dict[str, Path] = {}
        self._found: dict[str, dict[str, Any]] = {}
        self._ends: dict[str, bool] = {}

    def completed(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Give an item of the history with all its runs and what was found in each.

        A fresh ``result`` has ``results``: by the run's uid, by the name of the column, the peak
        and the fit. Of a run that was cut off there is none: half a peak is none.
        """
        self._look()
        result = dict(item.get("result") or {})
        noted = self._of_item.get(str(item.get("item_uid")), [])
        if not result.get("run_uids"):
            result["run_uids"] = [each["run"] for each in noted]
            result["scan_ids"] = [each["scan_id"] for each in noted]
        is_whole = result.get("exit_status") == "completed"
        whole = [uid for uid in result["run_uids"] if is_whole or self._ended_well(uid)]
        found = {uid: self._results(uid) for uid in whole}
        result["results"] = {uid: numbers for uid, numbers in found.items() if numbers}
        return {**item, "result": result}

    def _look(self) -> None:
        """Read the lines that are new; one that is not whole yet is read the next time."""
        try:
            with self._file.open("rb") as file:
                file.seek(self._read)
                new = file.read()
        except FileNotFoundError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):  # cut off by a kill
                noted = json.loads(line)
                self._data[noted["run"]] = Path(noted["data"])
                self._of_item.setdefault(noted["item"], []).append(noted)

    def _ended_well(self, uid: str) -> bool:
        """Look into the journal of a run, whose item did not come to its end, until it has one."""
        if uid not in self._ends and uid in self._data:
            ended = self._end_in_journal(uid)
            if ended is None:
                return False
            self._ends[uid] = ended
            if len(self._ends) > _MOST_ENDS:
                del self._ends[next(iter(self._ends))]
        return self._ends.get(uid, False)

    def _end_in_journal(self, uid: str) -> bool | None:
        """Whether a run ended well; None where its journal has no end of it."""
        for path in (self._data[uid] / "journal").glob(f"*{uid[:8]}*.jsonl"):
            with contextlib.suppress(OSError):
                stop = stop_of(path) or {}
                if stop.get("run_start") == uid:
                    return stop.get("exit_status") == "success"
        return None

    def _results(self, uid: str) -> dict[str, Any]:
        """Give what was found in a run; it is written a while after the run's end."""
        if uid not in self._found and uid in self._data:
            try:
                read = read_results(self._data[uid], uid)
            except CallbackError:  # a file that cannot be read: the run is whole without it
                return {}
            if not read:
                return {}
            self._found[uid] = {name: _plain(asdict(numbers)) for name, numbers in read.items()}
        return self._found.get(uid, {})


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Give a value as JSON has it: what is no number is null."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
