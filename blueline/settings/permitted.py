"""Settings that only who is allowed to changes; all may read them."""

from collections.abc import Callable, Mapping

from blueline.settings.plain import JSON
from blueline.settings.store import Answer, Change, Store


class PermittedStore:
    """A store that asks before each change.

    Parameters
    ----------
    store
        Keeps the values.
    permit
        Is called before each change; what it raises refuses that.
    """

    def __init__(self, store: Store, permit: Callable[[], object]) -> None:
        self._store = store
        self._permit = permit

    def read(self, namespace: str) -> Mapping[str, JSON]:
        """Give all of a namespace."""
        return self._store.read(namespace)

    def change(
        self, namespace: str, edit: Callable[[Mapping[str, JSON]], Change[Answer]]
    ) -> Answer:
        """Make a change, where that is permitted."""
        self._permit()
        return self._store.change(namespace, edit)

    def close(self) -> None:
        """Let go of file or connection."""
        self._store.close()
