"""Every name is served by one part: two that answer to one PV are refused before anything runs."""

from collections.abc import Iterable

from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.errors import ConfigError
from sim_ioc.limits import FAULT_MARK

#: Who serves a record, in words, and the record.
Served = tuple[str, Record]


def check_names(served: Iterable[Served]) -> None:
    """Refuse parts that share a name.

    Raises
    ------
    ConfigError
        Two records, or a record and a member of a group, have one name, or one name of faults.
    """
    owners: dict[str, Served] = {}
    for owner, record in served:
        if record.name in owners:
            raise _clash(owners[record.name][0], owner, record.name)
        owners[record.name] = owner, record
    for name, (owner, record) in owners.items():
        if not isinstance(record, Group):
            _check_against_groups(name, owner, owners)


def _check_against_groups(name: str, owner: str, owners: dict[str, Served]) -> None:
    prefix, colon, member = name.rpartition(":")
    group = owners.get(prefix + colon)
    if group is not None and member in group[1].fields:
        raise _clash(group[0], owner, name)
    namesake = owners.get(name + ":")
    if namesake is not None:
        raise _clash(namesake[0], owner, name + FAULT_MARK + "refuse")


def _clash(one: str, other: str, name: str) -> ConfigError:
    both = f"{one} and {other}"
    return ConfigError(
        f"{both[0].upper()}{both[1:]} both serve {name}: give one of them another name."
    )
