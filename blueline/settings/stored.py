"""Settings: the namespaces and numbers of one store."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from blueline.settings.errors import SettingsError
from blueline.settings.namespace import Namespace
from blueline.settings.permitted import PermittedStore
from blueline.settings.plain import JSON, text
from blueline.settings.store import Change, Store


class Settings(Protocol):
    """Values that survive a restart and are shared by all processes of a beamline (BL-20)."""

    def namespace(self, name: str) -> Namespace:
        """Give the values of one owner, such as a device or the data policy, as a mapping."""
        ...

    def increment(self, namespace: str, key: str, at_least: int = 0) -> int:
        """Give the next number: no two processes get the same, and none is left out (K6).

        Parameters
        ----------
        namespace
            Where the number is kept.
        key
            Its name.
        at_least
            The number follows this one too, where that is larger than what is kept.
        """
        ...

    def close(self) -> None:
        """Let go of file or connection; may be repeated."""
        ...


class StoredSettings:
    """Settings in a store.

    Parameters
    ----------
    store
        Keeps them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def namespace(self, name: str) -> Namespace:
        """Give the values of one owner as a mapping."""
        return Namespace(self._store, text(name, "a namespace"))

    def increment(self, namespace: str, key: str, at_least: int = 0) -> int:
        """Give the next number; see `Settings`."""
        place = f"{text(namespace, 'a namespace')}/{text(key, 'a number')}"

        def next_of(kept: Mapping[str, JSON]) -> Change[int]:
            following = max(_whole(kept.get(key, 0), place), at_least) + 1
            return Change(following, put={key: following})

        return self._store.change(namespace, next_of)

    def permitted_by(self, permit: Callable[[], object]) -> "StoredSettings":
        """Give the same settings, of which each change asks first; what that raises refuses it."""
        return StoredSettings(PermittedStore(self._store, permit))

    def close(self) -> None:
        """Let go of file or connection; may be repeated."""
        self._store.close()

    def __enter__(self) -> "StoredSettings":
        """Give the settings themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self.close()


def _whole(kept: Any, place: str) -> int:  # noqa: ANN401 - whatever somebody has put there
    if isinstance(kept, int) and not isinstance(kept, bool):
        return kept
    message = f"{place} cannot be counted up: it is {kept!r}, not a whole number; set or remove it"
    raise SettingsError(message)
