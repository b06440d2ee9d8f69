"""Single values and dictionaries with defaults (BL-21)."""

from collections.abc import Iterator, Mapping, MutableMapping
from types import MappingProxyType

from blueline.settings.namespace import Namespace
from blueline.settings.plain import JSON, copied, plain


class SimpleSetting:
    """One value, which is its default until somebody sets it.

    Parameters
    ----------
    namespace
        Where it is kept.
    key
        Its name.
    default
        Given where none is kept; not written to the store.

    Examples
    --------
    >>> from blueline.settings import SimpleSetting, open_settings
    >>> velocity = SimpleSetting(
    ...     open_settings("settings.sqlite").namespace("x"), "velocity", 2.0
    ... )  # doctest: +SKIP
    """

    def __init__(self, namespace: Namespace, key: str, default: object = None) -> None:
        self._namespace = namespace
        self.key = key
        self._default = plain(default, f"the default of {namespace.name}/{key}")

    @property
    def default(self) -> JSON:
        """What it is unless it is set."""
        return copied(self._default)

    def get(self) -> JSON:
        """Give the value."""
        return self._namespace.get(self.key, self.default)

    def set(self, value: object) -> None:
        """Keep a value."""
        self._namespace[self.key] = value

    def clear(self) -> None:
        """Forget the value: it is its default again."""
        self._namespace.pop(self.key, None)

    def __repr__(self) -> str:
        return f"<setting {self._namespace.name}/{self.key}: {self.get()!r}>"


class HashSetting(MutableMapping[str, JSON]):
    """A dictionary with defaults: a key that is removed has its default again.

    Parameters
    ----------
    namespace
        Where the values are kept.
    defaults
        Values of keys that nobody has set; they come first.

    Examples
    --------
    >>> from blueline.settings import HashSetting, open_settings
    >>> limits = HashSetting(
    ...     open_settings("settings.sqlite").namespace("x limits"), {"low": -5, "high": 5}
    ... )  # doctest: +SKIP
    """

    def __init__(
        self, namespace: Namespace, defaults: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        self._namespace = namespace
        self._defaults = plain(defaults, f"the defaults of {namespace.name}")

    @property
    def defaults(self) -> dict[str, JSON]:
        """The values of keys that nobody has set."""
        return copied(self._defaults)

    def copy(self) -> dict[str, JSON]:
        """Give all values as they are at one moment."""
        return self.defaults | self._namespace.copy()

    def __getitem__(self, key: str) -> JSON:
        if key in self._defaults:
            return self._namespace.get(key, copied(self._defaults[key]))
        return self._namespace[key]

    def __setitem__(self, key: str, value: object) -> None:
        self._namespace[key] = value

    def __delitem__(self, key: str) -> None:
        if key in self._defaults:
            self._namespace.pop(key, None)
        else:
            del self._namespace[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.copy())

    def __len__(self) -> int:
        return len(self.copy())

    def update(self, other: Mapping[str, object] = MappingProxyType({}), /, **more: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - one form
        """Set several values: other processes see all of them or none."""
        self._namespace.update(other, **more)

    def clear(self) -> None:
        """Forget all that was set."""
        self._namespace.clear()

    def __repr__(self) -> str:
        return f"<settings {self._namespace.name!r}: {self.copy()!r}>"
