"""Which data set is measured, where its files go, and what its runs say of it (BL-42)."""

import getpass
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from blueline.data_policy.chosen import ChosenLayout
from blueline.data_policy.claims import Claims
from blueline.data_policy.errors import DataPolicyError
from blueline.data_policy.frozen import Frozen, thawed
from blueline.data_policy.layout import SIMPLE, Layout, Place, SpecPer
from blueline.data_policy.names import called_value, field_value, key_name
from blueline.data_policy.room import LITTLE, warnings
from blueline.names import required_name
from blueline.settings import Settings
from callbacks.naming import DataFolder

#: Owner of what the settings keep.
NAMESPACE = "data_policy"
#: What is kept, beside the keys that people add.
_STATE = ("proposal", "proposal_session", "sample", "collection", "dataset")
#: The collection where nobody has named one.
DEFAULT_COLLECTION = "sample"
#: Of a layout in which something that people name has no place.
UNMOVED = (
    "no folder and no file name changes with the {}: policy: esrf under data in beamline.yml, or "
    "policy: simple with a template, has them by it"
)
#: Of days, in names (BL-140).
DATE_FORMAT = "%Y%m%d"


class DataPolicy:
    """The proposal, the sample, the collection and the data set that are measured now.

    What is said here survives the session and holds for all sessions with the same settings: a
    queue's scans go where the shell has said. Journals and results of all data sets stay together
    in the data folder, so that runs are found and repaired wherever their files are.

    Parameters
    ----------
    settings
        Of the beamline.
    root
        The data folder. Nothing leads out of it.
    layout
        `SIMPLE`, `ESRF` or your own, as the beamline's description says; `use` says otherwise.
    facts
        What templates may use: ``beamline``, ``session``, ``user``; ``data_set`` is the name of the
        data set before anybody names one.
    md
        The metadata of all runs, ``RE.md``: proposal and sample are set there.
    now
        POSIX time.

    Examples
    --------
    >>> from blueline.data_policy import ESRF, DataPolicy
    >>> policy = DataPolicy(settings, "/data", ESRF, {"beamline": "bm23"})  # doctest: +SKIP
    >>> policy.newproposal("hg7")  # doctest: +SKIP
    'data go to /data/hg7/bm23/20251122/RAW_DATA/sample: the next data set is numbered'
    """

    def __init__(
        self,
        settings: Settings,
        root: Path | str,
        layout: Layout = SIMPLE,
        facts: Mapping[str, str] | None = None,
        md: MutableMapping[str, Any] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.root = Path(root).absolute()
        known = {"beamline": "blueline", "data_set": "blueline", "user": getpass.getuser()}
        self._facts = {**known, **(facts or {})}
        self._md: MutableMapping[str, Any] = {} if md is None else md
        self._now = now
        self._kept = settings.namespace(NAMESPACE)
        self._keys = settings.namespace(f"{NAMESPACE}.keys")
        self._functions: dict[str, Callable[[], object]] = {}
        self._chosen = ChosenLayout(self._kept, layout)
        self._claims = Claims(settings, self.root)
        self._running: Place | None = None
        self._warned_of: set[str] = set()

    def describe(self, md: MutableMapping[str, Any]) -> None:
        """Set the proposal and the sample in the metadata of all runs from now on."""
        self._md = md

    # --- what people type

    def use(
        self, layout: Layout | str | None = None, *, spec_file_per: SpecPer | None = None
    ) -> str:
        """Have data go by another layout; the next run begins a data set.

        As all that is said here it survives the session and holds for the queue, until the
        beamline's description is changed; nothing at all goes back to what that says.

        Parameters
        ----------
        layout
            ``"simple"``, ``"esrf"``, or a `Layout` of your own.
        spec_file_per
            How many scans a SPEC file holds: those of a ``"day"``, of a ``"data_set"``, or one
            ``"scan"`` (SC-13).

        Raises
        ------
        DataPolicyError
            There is no such layout or number of scans.
        """
        if layout is None and spec_file_per is None:
            self._chosen.forget()
        else:
            self._chosen.choose(layout, spec_file_per)
        return self.where()

    def newproposal(self, name: str, session: str = "") -> str:
        """Begin a proposal; the sample and the collection of the one before are forgotten.

        Parameters
        ----------
        name
            As the user office has it.
        session
            Of several visits: this one; today's date where nothing is said.
        """
        proposal = required_name("proposal", name, DataPolicyError)
        visit = required_name("session", session, DataPolicyError) if session else self._date()
        self._set(proposal=proposal, proposal_session=visit, sample="", collection="")
        self._md["proposal"] = proposal
        self._md.pop("sample", None)
        return self._where_by("proposal")

    def endproposal(self) -> str:
        """End the proposal: what is measured now is the beamline's own."""
        self._set(proposal="", proposal_session="", sample="", collection="")
        for key in ("proposal", "sample"):
            self._md.pop(key, None)
        return self._with_news(self._goes_to())

    def newsample(self, name: str) -> str:
        """Begin a sample, and a collection that is called like it."""
        sample = required_name("sample", name, DataPolicyError)
        self._set(sample=sample, collection=sample)
        self._md["sample"] = sample
        return self._where_by("sample", "collection")

    def newcollection(self, name: str) -> str:
        """Begin a collection of data sets; the sample stays."""
        self._set(collection=required_name("collection", name, DataPolicyError))
        return self._where_by("collection")

    def newdataset(self, name: str = "") -> str:
        """Begin a data set, whose scans count from 1; with the next number where it has no name.

        A name that was given before gets a number after it: no data set is ever written into again,
        not even where its folder was deleted.
        """
        wanted = required_name("data set", name, DataPolicyError) if name else ""
        if wanted and not self.layout.has_own_folders and self.layout.looks_like_a_scan(wanted):
            message = f"the data set {wanted} would end as scans do: let it end in no _0001"
            raise DataPolicyError(message)
        return self._with_news(_said_of(self.root, self._begun(wanted, self.keys()).place))

    def add(self, key: str, value: str | float | Callable[[], object]) -> None:
        """Give templates and runs a value of your own (BL-140).

        A function is called for each run, and forgotten with the session; what else it is, is kept.

        Raises
        ------
        DataPolicyError
            The key is no name, or one that the policy has already.
        """
        from planlib.plain import RESERVED

        name = key_name(key, taken={*_STATE, *self._facts, *RESERVED, "date", "file_names"})
        self._functions.pop(name, None)
        if callable(value):
            self._functions[name] = value
            self._keys.pop(name, None)
        else:
            self._keys[name] = field_value(name, value)
        self._renew_if_named_by(name)

    def remove(self, key: str) -> None:
        """Forget a key that was added."""
        known = key in self._functions or key in self._keys
        self._functions.pop(key, None)
        self._keys.pop(key, None)
        if not known:
            message = f"there is no key {key!r}: {', '.join(self.keys()) or 'none'} can be removed"
            raise DataPolicyError(message)
        self._renew_if_named_by(key)

    def where(self) -> str:
        """Say where data go, and what speaks against it."""
        return "; ".join([self._goes_to(), *self.warnings()])

    def _goes_to(self) -> str:
        if self.layout.has_own_folders and self._frozen() is None:
            next_one = self._described(self.layout.number(0), self.keys())
            folder = (self.root / next_one.place.folder).parent
            return f"data go to {folder}: the next data set is numbered"
        return _said_of(self.root, self.place())

    def _where_by(self, *fields: str) -> str:
        """Say where data go, and that this is not by what was just named, where it is not."""
        is_by_it = self.layout.fields & set(fields)
        return self._with_news(self._goes_to(), *([] if is_by_it else [UNMOVED.format(fields[0])]))

    def _with_news(self, said: str, *besides: str) -> str:
        """Add what speaks against it, but for what was said before."""
        before = frozenset(self._warned_of)
        self._warned_of.update(besides)
        news = [each for each in (*self.warnings(), *besides) if each not in before]
        return "; ".join([said, *news])

    # --- what the session asks

    @property
    def layout(self) -> Layout:
        """The layout by which data go now."""
        return self._chosen.now

    @property
    def notice(self) -> str:
        """Say that data go by something else than what is described; empty where they do not."""
        if self._chosen.is_described:
            return ""
        name, per = self.layout.name, self.layout.spec_per.replace("_", " ")
        return (
            f"data go by the layout {name}, with a SPEC file for each {per}, as somebody has said: "
            "data_policy.use() goes back to beamline.yml"
        )

    @property
    def state(self) -> dict[str, str]:
        """The proposal, its session, the sample, the collection and the data set; empty: none."""
        kept = self._kept.copy()
        return {name: str(kept.get(name, "")) for name in _STATE}

    def keys(self) -> dict[str, object]:
        """Give the values that people have added; functions are called."""
        called = {name: called_value(name, value) for name, value in self._functions.items()}
        return {**self._keys.copy(), **called}

    def warnings(self, little: float = LITTLE) -> list[str]:
        """Warn of a temporary folder, little space, and fields that nothing fills (BL-140)."""
        known = {*_STATE, *self._facts, *self._keys, *self._functions, "date"}
        missing = ", ".join(sorted(self.layout.fields - known))
        unfilled = f"nothing fills {missing} of the template: add it, or remove it from there"
        found = [*warnings(self.root, little), *([unfilled] if missing else [])]
        self._warned_of.update(found)
        return found

    def place(self) -> Place:
        """Give the place of the data set; one that has no name yet is given a number."""
        return self._told_now()[0]

    def folder(self) -> DataFolder:
        """Give the data folder, with the names of the data set."""
        return DataFolder(self.root, self.place().data_set)

    def metadata(self) -> dict[str, Any]:
        """Give what a run's start document says: names of its files, the data set, added keys."""
        return self._told_now()[1]

    def begin_run(self) -> dict[str, Any]:
        """Give the metadata of a run that begins; `scan_number` is then of the same data set."""
        self._running, told = self._told_now()
        return told

    def scan_number(self, _md: object = None) -> int:
        """Give the run its number in the data set, as the engine's ``scan_id_source`` (SC-19)."""
        place, self._running = self._running, None
        return self._claims.scan(place or self.place())

    def _told_now(self) -> tuple[Place, dict[str, Any]]:
        """Give the place of the data set, and what a run of it says; functions are called once."""
        keys = self.keys()
        measured = self._measured(keys)
        place = measured.place
        about = {name: value for name, value in measured.told.items() if name not in self._md}
        file_names = place.file_names(spec_per=self.layout.spec_per)
        names = {"data_set": place.data_set, "file_names": file_names}
        return place, {**keys, **about, **names}

    def _measured(self, keys: Mapping[str, object]) -> Frozen:
        kept = self._frozen()
        if self.layout.has_own_folders:
            return kept or self._begun("", keys)
        name = self.state["dataset"] if kept else self._facts["data_set"]
        return self._described(name, keys, told=_STATE if kept else ())

    def _begun(self, name: str, keys: Mapping[str, object]) -> Frozen:
        data_set = self._claims.data_set(
            name, self.layout, lambda each: self._described(each, keys).place
        )
        begun = self._described(data_set, keys)
        self._kept.update(dataset=data_set, place=begun.kept(self.root, self.layout))
        return begun

    def _frozen(self) -> Frozen | None:
        """Give the data set that was begun; None where none was, here and with this layout."""
        kept = self._kept.copy()
        return thawed(kept.get("place"), self.root, self.layout) if kept.get("dataset") else None

    def _set(self, **changed: str) -> None:
        """Change what is measured; where that names the data set, the next run begins one."""
        is_elsewhere = bool(self.layout.fields & set(changed))
        self._kept.update(changed | ({"dataset": ""} if is_elsewhere else {}))

    def _renew_if_named_by(self, key: str) -> None:
        if key in self.layout.fields:
            self._kept["dataset"] = ""

    def _described(
        self, data_set: str, keys: Mapping[str, object], told: Sequence[str] = _STATE
    ) -> Frozen:
        """Give a data set of this name as it would be now."""
        values = {**self._values(), **keys, "dataset": data_set}
        shown = [name for name in told if name in self.layout.fields]
        about = {name: values[name] for name in shown if values[name]}
        return Frozen(self.layout.place(values), about)

    def _values(self) -> dict[str, Any]:
        state = self.state
        own = f"{self._facts['beamline']}{self._date('%y%m')}"
        defaults = {
            "proposal": own,
            "proposal_session": self._date(),
            "collection": state["sample"] or DEFAULT_COLLECTION,
            "sample": _called(self._md.get("sample", "")),
        }
        given = {name: value for name, value in state.items() if value}
        return {**self._facts, "date": self._date(), **defaults, **given}

    def _date(self, form: str = DATE_FORMAT) -> str:
        return datetime.fromtimestamp(self._now()).astimezone().strftime(form)


def _said_of(root: Path, place: Place) -> str:
    return f"data go to {root / place.folder}, their names begin with {place.data_set}"


def _called(sample: object) -> str:
    """Give the name of a sample, of which people may say more than that."""
    return str(sample.get("name", "") if isinstance(sample, Mapping) else sample)
