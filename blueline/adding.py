"""A device that is made at the prompt, or in a script, becomes one of a session (PS-10)."""

import keyword
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from blueline.config.taken_names import taken
from blueline.errors import BluelineError
from planlib.real_axes import members_of

if TYPE_CHECKING:
    from blueline.session import Session


def require_new(session: "Session", device: Any, *, shares_channels: bool) -> None:  # noqa: ANN401
    """Refuse a device that cannot be one of a session, or would be there twice.

    Raises
    ------
    BluelineError
        It is no device, its name is no word, or means something already; or its channels are those
        of another one.
    """
    name = _required_name(device)
    known, why_absent = session.mnemonics, session.beamline.why_absent
    if known.get(name) is device:
        message = f"{name} is one of the devices already"
        raise BluelineError(message)
    for each in (name, *(str(member.name) for member in members_of(device).values())):
        meant = f"{each} is {taken(each)}" if taken(each) else why_absent(each)
        if each in known:
            meant = f"{each} is a device already, {_told(known[each])}"
        if meant:
            message = f"{meant}: give the new device another name"
            raise BluelineError(message)
    if not shares_channels:
        _require_own_channels(device, session.beamline.everything)


def _required_name(device: object) -> str:
    name = getattr(device, "name", None)
    if isinstance(device, type) or not callable(getattr(device, "read", None)):
        message = f"{device!r:.60} is no device: give one, such as Motor('BL:y', name='y')"
        raise BluelineError(message)
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        message = f"{name!r:.60} cannot be typed: give the device a name of letters and digits"
        raise BluelineError(message)
    return name


def _require_own_channels(device: object, others: Mapping[str, Any]) -> None:
    mine = dict(_channels([device]))
    for name, other in others.items():
        common = mine.keys() & dict(_channels([other])).keys()
        if common:
            message = (
                f"{min(common)} is {name} already: two devices would move or read the same; where "
                "that is meant, shares_channels=True"
            )
            raise BluelineError(message)


def _channels(devices: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Give what devices are called in Channel Access, those of their members too."""
    for device in devices:
        called = getattr(device, "prefix", "") or getattr(device, "pvname", "")
        if isinstance(called, str) and called:
            yield called.removesuffix(".VAL"), device
        yield from _channels(members_of(device).values())


def _told(device: object) -> str:
    called = next((f" at {channel}" for channel, _ in _channels([device])), "")
    return f"{type(device).__name__}{called}"
