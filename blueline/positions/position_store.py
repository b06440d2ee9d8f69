"""Instruments, and the places at which they were saved (ES-47)."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.names import required_name
from blueline.positions.errors import PositionError
from blueline.positions.reach import require_reachable
from blueline.positions.saved_position import SavedPosition
from blueline.positions.standing import standing
from blueline.settings import Settings

if TYPE_CHECKING:
    from blueline.settings import Namespace
    from planlib.messages import MsgGenerator

#: Owner of what the settings keep: the devices of each instrument, and with a colon and the name of
#: an instrument its positions.
NAMESPACE = "positions"


class PositionStore:
    """Saves where the devices of an instrument stand, and brings them back.

    An instrument is an ordered list of devices under a name. All of it survives the session, and is
    shared by all who have the same settings.

    Parameters
    ----------
    settings
        Of the beamline.
    devices
        Those of the session, by name.
    now
        POSIX time.

    Examples
    --------
    >>> store = PositionStore(session.settings, session.devices)  # doctest: +SKIP
    >>> store.add_instrument("sample", "x", "y")  # doctest: +SKIP
    >>> store.save("sample", "aligned", note="on the foil")  # doctest: +SKIP
    >>> RE(store.restore("sample", "aligned", exclude=["y"]))  # doctest: +SKIP
    """

    def __init__(
        self, settings: Settings, devices: Mapping[str, Any], now: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._devices = devices
        self._now = now
        self._instruments = settings.namespace(NAMESPACE)

    # --- instruments

    def add_instrument(self, name: str, *devices: Any) -> None:  # noqa: ANN401 - or their names
        """Name some devices; those of an instrument that is there are replaced, its positions stay.

        Raises
        ------
        PositionError
            There is no device, or none of that name.
        """
        names = [self._name_of(device) for device in devices]
        if not names or len(set(names)) < len(names):
            message = f"give the devices of {name}, each once, not {', '.join(names) or 'none'}"
            raise PositionError(message)
        self._instruments[required_name("instrument", name, PositionError)] = names

    def remove_instrument(self, name: str) -> None:
        """Forget an instrument and its positions."""
        self.devices_of(name)
        self._positions(name).clear()
        self._instruments.pop(name, None)

    def instruments(self) -> dict[str, list[str]]:
        """Give the names of the devices of each instrument."""
        return self._instruments.copy()

    def devices_of(self, instrument: str) -> list[str]:
        """Give the names of the devices of an instrument, in their order."""
        found = self.instruments()
        if instrument not in found:
            raise PositionError(_unknown("instrument", instrument, found))
        return found[instrument]

    # --- positions

    def save(
        self,
        instrument: str,
        name: str,
        note: str = "",
        *,
        image: str = "",
        overwrite: bool = False,
    ) -> SavedPosition:
        """Save where the devices of an instrument are set to now.

        Parameters
        ----------
        note, image
            What people say of it; the name of a file that shows it.
        overwrite
            Whether a position of this name may be replaced.

        Raises
        ------
        PositionError
            A device moves, does not answer, or stands where it could not be sent back to; the name
            is taken.
        """
        devices = {each: self.device(each) for each in self.devices_of(instrument)}
        stand = {each: standing(device) for each, device in devices.items()}
        made = SavedPosition(
            instrument,
            required_name("position", name, PositionError),
            {each: at.setpoint for each, at in stand.items()},
            {each: at.readback for each, at in stand.items()},
            _units(devices),
            note,
            image,
            saved=self._now(),
        )
        require_reachable(f"{name} of {instrument}", devices, made.positions)
        kept = made.kept()
        if overwrite:
            self._positions(instrument)[name] = kept
        elif self._positions(instrument).setdefault(name, kept) != kept:
            message = f"{instrument} has a position {name} already: say overwrite=True"
            raise PositionError(message)
        return made

    def positions(self, instrument: str) -> list[SavedPosition]:
        """Give the positions of an instrument, the newest first."""
        self.devices_of(instrument)
        kept = self._positions(instrument).copy()
        found = [SavedPosition(instrument, name, **each) for name, each in kept.items()]
        return sorted(found, key=lambda each: each.saved, reverse=True)

    def position(self, instrument: str, name: str) -> SavedPosition:
        """Give one position.

        Raises
        ------
        PositionError
            There is none; those that there are, are named.
        """
        found = {each.name: each for each in self.positions(instrument)}
        if name not in found:
            raise PositionError(_unknown(f"position of {instrument}", name, found))
        return found[name]

    def restore(
        self, instrument: str, name: str, exclude: Collection[Any] | str = ()
    ) -> "MsgGenerator":
        """Give the plan that brings an instrument back to a position; see `restoring`.

        Parameters
        ----------
        exclude
            Devices, or their names, that stay where they are.
        """
        from blueline.positions.restoring import restore_position

        return restore_position(self, instrument, name, exclude)

    def wanted(
        self, instrument: str, name: str, exclude: Collection[Any] | str = ()
    ) -> SavedPosition:
        """Give what of a position is restored: where the devices go that the instrument has now.

        Parameters
        ----------
        exclude
            Devices, or their names, that stay where they are.

        Raises
        ------
        PositionError
            There is no such position, nothing of it is left, or `exclude` has none of its devices.
        """
        saved = self.position(instrument, name)
        present = set(self.devices_of(instrument))
        if not present & set(saved.positions):
            message = (
                f"{instrument} is {', '.join(self.devices_of(instrument))} now, and {name} was "
                f"saved of {', '.join(saved.positions)}: save it anew"
            )
            raise PositionError(message)
        gone = set(saved.positions) - present
        return saved.only(present).without(self._named(exclude) - gone)

    def differences(self, instrument: str, name: str) -> str:
        """Say how the devices of an instrument differ from those of a position; empty if not."""
        saved, present = self.position(instrument, name).positions, self.devices_of(instrument)
        gone = [each for each in saved if each not in present]
        new = [each for each in present if each not in saved]
        told = [
            *([f"{instrument} has {', '.join(gone)} no more"] if gone else []),
            *([f"{name} was saved without {', '.join(new)}"] if new else []),
        ]
        stay = [*gone, *new]
        verb = "stays" if len(stay) == 1 else "stay"
        return f"{' and '.join(told)}: {', '.join(stay)} {verb}" if told else ""

    def note(self, instrument: str, name: str, text: str) -> None:
        """Say something else of a position."""
        self.position(instrument, name)
        self._positions(instrument).amend(name, note=text)

    def used(self, instrument: str, name: str) -> None:
        """Note that an instrument was brought to a position now; one that is gone stays so."""
        self._positions(instrument).amend(name, used=self._now())

    def rename(self, instrument: str, name: str, new: str) -> None:
        """Call a position otherwise."""
        found = self.position(instrument, name)
        if new == name:
            return
        kept = self._positions(instrument)
        if (
            kept.setdefault(required_name("position", new, PositionError), found.kept())
            != found.kept()
        ):
            message = f"{instrument} has a position {new} already: choose another name"
            raise PositionError(message)
        kept.pop(name, None)

    def remove(self, instrument: str, name: str) -> None:
        """Forget a position."""
        self.position(instrument, name)
        self._positions(instrument).pop(name, None)

    def device(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Give a device of the session by its name, also a part of one: ``hslit.gap``."""
        first, *parts = name.split(".")
        found = self._devices.get(first)
        for part in parts:
            found = getattr(found, part, None)
        if found is None:
            message = f"there is no device {name} here: see `lsobj` for those that there are"
            raise PositionError(message)
        return found

    def _named(self, exclude: Collection[Any] | str) -> set[str]:
        """Give the names of devices that were given, or named."""
        given: Iterable[Any] = [exclude] if isinstance(exclude, str) else exclude
        return {each if isinstance(each, str) else self._name_of(each) for each in given}

    def _name_of(self, device: Any) -> str:  # noqa: ANN401
        if isinstance(device, str):
            self.device(device)
            return device
        for name, known in self._devices.items():
            if known is device:
                return name
        message = f"{getattr(device, 'name', device)!r:.60} is no device of this session: name it"
        raise PositionError(message)

    def _positions(self, instrument: str) -> "Namespace":
        return self._settings.namespace(f"{NAMESPACE}:{instrument}")


def _units(devices: Mapping[str, Any]) -> dict[str, str]:
    units = {name: getattr(device, "egu", "") for name, device in devices.items()}
    return {name: unit for name, unit in units.items() if isinstance(unit, str) and unit}


def _unknown(what: str, name: object, known: Collection[str]) -> str:
    return f"there is no {what} {name!r:.60}; there is {', '.join(known) or 'none yet'}"
