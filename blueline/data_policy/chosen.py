"""How data are organised: as the beamline's description says, until people say otherwise."""

from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, replace
from typing import Any, get_args

from blueline.data_policy.errors import DataPolicyError
from blueline.data_policy.layout import LAYOUTS, Layout, SpecPer

#: Under what settings keep it.
_KEY = "chosen"


class ChosenLayout:
    """A layout that survives the session.

    What is said last counts: a description that was changed since is.

    Parameters
    ----------
    kept
        The settings of the data policy, which sessions and the queue share.
    described
        As the description says.

    Examples
    --------
    >>> from blueline.data_policy import ESRF, SIMPLE
    >>> kept = {}
    >>> ChosenLayout(kept, SIMPLE).choose("esrf", "scan")
    >>> ChosenLayout(kept, SIMPLE).now.spec_per
    'scan'
    >>> ChosenLayout(kept, ESRF).now.spec_per
    'day'
    """

    def __init__(self, kept: MutableMapping[str, Any], described: Layout) -> None:
        self._kept = kept
        self._described = described

    @property
    def now(self) -> Layout:
        """The layout that counts."""
        kept = self._kept.get(_KEY)
        if isinstance(kept, Mapping) and kept.get("instead_of") == asdict(self._described):
            return Layout(**kept["layout"])
        return self._described

    @property
    def is_described(self) -> bool:
        """Whether nobody has said anything else than the description."""
        return self.now == self._described

    def choose(self, layout: Layout | str | None, spec_per: SpecPer | None) -> None:
        """Have another one count from now on.

        Parameters
        ----------
        layout
            Or its name; None for that of now.
        spec_per
            How many scans a SPEC file holds; None as the layout has it.

        Raises
        ------
        DataPolicyError
            There is no such layout, or a SPEC file holds no such number of scans.
        """
        found = LAYOUTS.get(layout) if isinstance(layout, str) else layout or self.now
        if found is None:
            message = f"the layouts are {', '.join(LAYOUTS)}, or a Layout of your own, not {layout}"
            raise DataPolicyError(message)
        if spec_per is not None and spec_per not in get_args(SpecPer):
            known = ", ".join(get_args(SpecPer))
            message = f"a SPEC file holds the scans of one of {known}, not of {spec_per!r:.60}"
            raise DataPolicyError(message)
        chosen = found if spec_per is None else replace(found, spec_per=spec_per)
        self._kept[_KEY] = {"layout": asdict(chosen), "instead_of": asdict(self._described)}

    def forget(self) -> None:
        """Go by the description again."""
        self._kept.pop(_KEY, None)
