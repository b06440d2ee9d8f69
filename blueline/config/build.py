"""The devices of a session are made; one that cannot be is told, and stops no other (BL-06)."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.config.class_checks import misfit_problems
from blueline.config.class_paths import imported, reach_own_classes
from blueline.config.configuration import DEFAULT_SESSION, Configuration, Entry, macros_of
from blueline.config.device_model import DeviceModel, GroupModel
from blueline.config.made_beamline import MadeBeamline
from blueline.config.references import expanded, resolved
from blueline.config.suspending import suspender
from blueline.config.validation import suggestion
from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.data_policy import DataPolicy


class NotMadeError(BluelineError):
    """A device could not be made, with the reason."""


def make_beamline(
    configuration: Configuration,
    session: str = DEFAULT_SESSION,
    data: Path | None = None,
    *,
    macros: Mapping[str, str] | None = None,
    policy: "DataPolicy | None" = None,
) -> MadeBeamline:
    """Make the devices of a session; nothing is waited for.

    Parameters
    ----------
    session
        Its name.
    data
        Folder of the data, for which $(data) stands; that of the configuration by default.
    macros
        Stand for other texts than the configuration says, such as ``{"P": "TEST:"}``.
    policy
        Of the session: cameras save beside the data set that is measured; without it, by day.

    Raises
    ------
    BluelineError
        There is no such session.

    Examples
    --------
    >>> configuration = load_configuration("blueline/config/example")  # doctest: +SKIP
    >>> beamline = make_beamline(configuration, "alignment")  # doctest: +SKIP
    >>> sorted(beamline.devices), beamline.failed  # doctest: +SKIP
    """
    from devices.client_messages import log_client_messages
    from devices.garbage import collected_later

    log_client_messages()
    reach_own_classes(configuration.folder)
    names = configuration.names_of(session)
    where = data or configuration.data(session)
    given = {**macros_of(configuration, data=where), "session": session, **(macros or {})}
    maker = Maker(configuration, given, _given(where, policy))
    later = [name for name in names if maker.is_later(name)]
    with collected_later():
        maker.make([name for name in names if name not in later])
    return _assembled(configuration, session, maker, later)


def _given(data: Path, policy: "DataPolicy | None") -> dict[str, Any]:
    """Give what may be referred to beside devices."""
    from blueline.data_policy.images import DataSetImages
    from devices import RunFolders

    if policy is not None:
        return {"data_policy": policy, "data_set": DataSetImages(policy)}
    return {"data_set": RunFolders(data.absolute(), folder="frames/{time:%Y-%m-%d}")}


def _assembled(
    configuration: Configuration, session: str, maker: "Maker", later: Sequence[str]
) -> MadeBeamline:
    suspenders = maker.suspenders()
    devices, facts = maker.sorted_out()

    def make_later() -> dict[str, Any]:
        from devices.garbage import collected_later

        known = set(maker.made)
        with collected_later():
            maker.make(later)
        made = {name: each for name, each in maker.made.items() if name not in known}
        there = {**devices, **made}
        beamline.counters[:] = _counters(configuration, session, there)
        beamline.uncounted[:] = _counters(configuration, session, maker.failed)
        beamline.baseline[:] = [name for name in there if "baseline" in maker.labels(name)]
        return made

    beamline = MadeBeamline(
        devices,
        counters=_counters(configuration, session, devices),
        baseline=[name for name in devices if "baseline" in maker.labels(name)],
        facts=facts,
        metadata=_metadata(configuration, session),
        later=make_later,
        failed=maker.failed,
        uncounted=_counters(configuration, session, maker.failed),
        suspenders=suspenders,
        make=maker.asked_for,
        configuration=configuration,
    )
    beamline.aliases = {
        alias: devices[name]
        for alias, name in configuration.aliases_of(session).items()
        if name in devices
    }
    return beamline


def _counters(configuration: Configuration, session: str, among: Mapping[str, Any]) -> list[str]:
    """Give what scans count: what the session or one that it includes says, or the labels."""
    said = [each.counters for each in configuration.included(session) if each.counters is not None]
    labelled = [
        name
        for name, entry in {**configuration.device_entries, **configuration.group_entries}.items()
        if "counter" in entry.written.labels
    ]
    return [name for name in (said[-1] if said else labelled) if name in among]


def _metadata(configuration: Configuration, session: str) -> dict[str, Any]:
    """Give what each run tells of the beamline, and which files nobody wants of it."""
    beamline = configuration.beamline
    switches = configuration.consumers_of(session).model_dump(exclude={"own"})
    without = [name for name, is_on in switches.items() if not is_on]
    left_out = {"files_left_out": without} if without else {}
    about = {"name": beamline.name} | ({"facility": beamline.facility} if beamline.facility else {})
    return {"beamline": about, **left_out, **beamline.metadata}


class Maker:
    """Makes each object once, and what it refers to before it."""

    def __init__(
        self, configuration: Configuration, macros: Mapping[str, str], given: Mapping[str, Any]
    ) -> None:
        self._configuration = configuration
        self._macros = macros
        self._given = given
        self._entries: dict[str, Entry[Any]] = {
            **configuration.device_entries,
            **configuration.group_entries,
        }
        self.made: dict[str, Any] = {}
        self.failed: dict[str, str] = {}

    def labels(self, name: str) -> Sequence[str]:
        """Give the labels of a device."""
        return self._entries[name].written.labels

    def is_later(self, name: str) -> bool:
        """Tell whether nobody waits for a device."""
        return bool(getattr(self._entries[name].written, "later", False))

    def make(self, names: Sequence[str]) -> None:
        """Make what can be made of these, and what they refer to."""
        for name in names:
            with contextlib.suppress(NotMadeError):  # it is among the failed
                self.find(name)

    def sorted_out(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give devices and facts, in the order of the files."""
        order = [name for name in self._entries if name in self.made]
        facts = {name: self.made[name] for name in order if "fact" in self.labels(name)}
        return {name: self.made[name] for name in order if name not in facts}, facts

    def suspenders(self) -> dict[str, Any]:
        """Make the guards; a device that would come later is made now if one watches it."""
        found: dict[str, Any] = {}
        for name, entry in self._configuration.suspender_entries.items():
            if entry.written.enabled:
                try:
                    found[name] = suspender(entry.written, self._configuration, self)
                except Exception as error:  # whatever a class of others raises
                    self.failed[name] = f"scans are not protected by it: {reason(error)}"
        return found

    def find(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Give an object, made now where it has not been, or what the session has of that name.

        Raises
        ------
        NotMadeError
            It could not be.
        """
        if name in self.made:
            return self.made[name]
        if name not in self._entries and name in self._given:
            return self._given[name]
        if name in self.failed:
            raise NotMadeError(f"{name} could not be made")
        try:
            self.made[name] = self._make(self._entries[name])
        except Exception as error:  # whatever a class of others raises
            self.failed[name] = reason(error)
            raise NotMadeError(f"{name} could not be made") from error
        return self.made[name]

    def asked_for(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Give an object that somebody asks for; one that could not be made is tried again.

        Raises
        ------
        BluelineError
            It is not described, or cannot be made, with the reason.
        """
        if name not in self._entries:
            near = suggestion(name, self._entries)
            message = f"{self._configuration.name} describes no device {name!r:.60}{near}"
            raise BluelineError(message)
        self.failed.pop(name, None)
        try:
            return self.find(name)
        except NotMadeError as error:
            place = self._entries[name].place
            message = f"{place}: {name} could not be made: {self.failed[name]}"
            raise NotMadeError(message) from error

    def _make(self, entry: Entry[Any]) -> Any:  # noqa: ANN401
        written = entry.written
        if isinstance(written, GroupModel):
            return self._group(written)
        if not written.enabled:
            raise NotMadeError("enabled is false")
        self._require_types(entry)
        return self._device(written)

    def _require_types(self, entry: Entry[DeviceModel]) -> None:
        """Refuse arguments of another type than the class says, in place of a failure inside it."""
        wrong = next(misfit_problems(entry, self._configuration.packages), None)
        if wrong is not None:
            raise NotMadeError(wrong.sentence.removeprefix(f"{entry.name}: "))

    def _device(self, written: DeviceModel) -> Any:  # noqa: ANN401
        made = imported(written.class_, self._configuration.packages)
        arguments = self.resolved(written.arguments)
        first = [] if written.prefix is None else [expanded(written.prefix, self._macros)]
        device = made(*first, name=written.name, **arguments)
        known = getattr(device, "_ophyd_labels_", None)  # what magics and lists look at
        if isinstance(known, set):
            known |= set(written.labels)
        return device

    def resolved(self, value: Any) -> Any:  # noqa: ANN401 - what a file holds
        """Give a value with what it refers to."""
        return resolved(value, self.find, self._macros, self._in_place)

    def _in_place(self, path: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401
        return imported(path, self._configuration.packages)(**arguments)

    def _group(self, written: GroupModel) -> Any:  # noqa: ANN401
        from devices import MeasurementGroup, PseudoCounter

        formulas = [
            PseudoCounter(name, each.expression, each.unit, each.precision)
            for name, each in written.formulas.items()
            if not isinstance(each, str)
        ]
        counters = [self.find(name) for name in written.counters]
        return MeasurementGroup(written.name, [*counters, *formulas], master=written.master)


def reason(error: Exception) -> str:
    """Give the first line of an error, and its class where it is no sentence of ours."""
    words = str(error).splitlines()[0] if str(error) else "no reason is given"
    ours = isinstance(error, BluelineError) or type(error).__module__.startswith("devices.")
    return words if ours else f"{type(error).__name__}: {words}"
