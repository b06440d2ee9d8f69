"""What goes into each start document beside what a plan says."""

import getpass
import logging
from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from blueline.beamline import Beamline
    from blueline.connections import Connections


log = logging.getLogger(__name__)

#: What bluesky itself says of this process: never kept, and changed in place by it.
_OF_THIS_PROCESS = ("versions", "scan_id")


class Metadata(ChainMap[str, Any]):
    """What people have set, which is kept, before what the beamline says now, which is not.

    Parameters
    ----------
    kept
        What people set, ``RE.md["sample"] = "Cu foil"``: it survives the session.
    beamline
        Its facts and metadata.
    connections
        Which of the facts answer.

    Examples
    --------
    >>> session.RE.md["sample"] = "Cu foil"  # doctest: +SKIP
    """

    def __init__(
        self,
        kept: MutableMapping[str, Any],
        beamline: "Beamline",
        connections: "Connections",
    ) -> None:
        self._beamline = beamline
        here = {"user": getpass.getuser(), **beamline.metadata}
        for key in {*_OF_THIS_PROCESS} & kept.keys():
            del kept[key]
        super().__init__(kept, here)
        self.look_again(connections)

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Keep what people set."""
        self.maps[1 if key in _OF_THIS_PROCESS else 0][key] = value

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        """Give what it says now, apart from where that comes from: bluesky copies it for a run."""
        return deepcopy(dict(self), memo)

    def copy(self) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride] - no chain
        """Give what it says now."""
        return dict(self)

    __copy__ = copy

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:  # pyright: ignore - no chain
        """Give what it says now, with something else before it."""
        return {**self, **other}

    def look_again(self, connections: "Connections") -> None:
        """Take the facts of the beamline as they are now; one that cannot be read is left out."""
        facts, now = self._beamline.facts, self.maps[1]
        missing = connections.missing(facts)
        for name, fact in facts.items():
            now.pop(name, None)
            if name not in missing:
                try:
                    now[name] = fact.get()
                except Exception as error:  # whatever a device does: a run without it is told
                    log.warning("%s is in no start document now: %s", name, error)
