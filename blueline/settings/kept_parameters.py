"""Parameters whose keys and defaults are kept too, so that they are told once (BL-22)."""

from collections.abc import Mapping

from blueline.nearest import did_you_mean
from blueline.settings.errors import SettingsError
from blueline.settings.namespace import REMOVED
from blueline.settings.parameters import Parameters
from blueline.settings.plain import JSON, plain
from blueline.settings.stored import Settings

#: Owner of the keys and defaults of all of them.
_KNOWN = "parameters"


class KeptParameters(Parameters):
    """Named sets of parameters that all processes know by their name.

    What is there wins: whoever tells other keys or defaults is refused, for they would hide what
    other people have set. `add` and `drop` change them for all.

    Parameters
    ----------
    settings
        Where all is kept.
    name
        Of the parameters.
    told
        Keys and defaults; none where they were told before.

    Raises
    ------
    SettingsError
        There are no such parameters and none are told, or there are others.

    Examples
    --------
    >>> from blueline.settings import open_settings
    >>> settings = open_settings("settings.sqlite")  # doctest: +SKIP
    >>> KeptParameters(settings, "fly", {"start": 0, "stop": 10})  # doctest: +SKIP
    >>> KeptParameters(settings, "fly").add(points=101)  # doctest: +SKIP
    """

    def __init__(
        self, settings: Settings, name: str, told: Mapping[str, object] | None = None
    ) -> None:
        known = settings.namespace(_KNOWN)
        if not told and name not in known:
            hint = did_you_mean(name, known, f"parameters({name!r}, start=0, stop=10) makes them")
            message = f"there are no parameters {name!r}; {hint}"
            raise SettingsError(message)
        new = plain(told or {}, f"the defaults of {name}")
        super().__init__(settings, name, known.setdefault(name, new) if new else known[name])
        self._known = known
        self._require_no_others(new)

    @staticmethod
    def names(settings: Settings) -> list[str]:
        """Give the names of all parameters that are kept."""
        return sorted(settings.namespace(_KNOWN))

    def add(self, **defaults: object) -> None:
        """Add parameters, or change what they are by default, for all sets and all processes."""
        new = plain(defaults, f"the defaults of {self.name}")
        self._known.edit(self.name, lambda kept: ({**kept, **new}, None), {})

    def drop(self, *keys: str) -> None:
        """Take parameters out of all sets, for all processes; with the last one all sets go.

        Raises
        ------
        SettingsError
            There is no such parameter; nothing has been dropped.
        """
        for key in keys:
            self._require(key)

        def without(kept: dict[str, JSON]) -> tuple[object, bool]:
            left = {key: value for key, value in kept.items() if key not in keys}
            return left or REMOVED, not left

        if self._known.edit(self.name, without, {}):
            self._kept.clear()

    @property
    def _defaults(self) -> dict[str, JSON]:
        """What they are now: another process may have changed them."""
        return self._known.get(self.name, {})

    def _require_no_others(self, told: Mapping[str, JSON]) -> None:
        """Refuse keys and defaults that are not those that are kept."""
        here = f"parameters({self.name!r})"
        for key, value in told.items():
            if key not in self._defaults:
                message = (
                    f"the parameters {self.name!r} are there, without {key}; they have "
                    f"{', '.join(self)}; {here}.add({key}={value!r:.30}) adds it for all"
                )
                raise SettingsError(message)
            default = self._defaults[key]
            if default != value:
                message = (
                    f"the parameters {self.name!r} are there, with {key}={default!r:.30} by "
                    f"default; {here}[{key!r}] = {value!r:.30} sets it, "
                    f"{here}.add({key}={value!r:.30}) changes the default for all"
                )
                raise SettingsError(message)
