"""What a store of settings must do."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from blueline.settings.plain import JSON

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Change(Generic[Answer]):
    """What a namespace is to become, and what whoever changes it wants to know.

    Parameters
    ----------
    answer
        Anything.
    put
        Values to be set, by key.
    drop
        Keys to be removed; those that are not there are passed over.
    """

    answer: Answer
    put: Mapping[str, JSON] = field(default_factory=dict)
    drop: Collection[str] = ()


class Store(Protocol):
    """Keeps namespaces; any number of processes and threads may share what it keeps."""

    def read(self, namespace: str) -> Mapping[str, JSON]:
        """Give all of a namespace, as the last acknowledged write left it; not to be changed."""
        ...

    def change(
        self, namespace: str, edit: Callable[[Mapping[str, JSON]], Change[Answer]]
    ) -> Answer:
        """Ask `edit` for a change of what is kept, and make it while nobody else writes.

        When this returns, what was put is kept. If it raises, nothing has been changed. `edit` may
        be called again where somebody was faster.
        """
        ...

    def close(self) -> None:
        """Let go of file or connection; may be repeated."""
        ...
