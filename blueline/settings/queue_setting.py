"""A list that processes add to and take from (BL-21)."""

from collections.abc import Callable, Iterator, Sequence

from blueline.settings.errors import SettingsError
from blueline.settings.namespace import Namespace
from blueline.settings.plain import JSON, copied, plain
from blueline.settings.store import Answer


class QueueSetting:
    """A list of values: each that is taken goes to one process only.

    Parameters
    ----------
    namespace
        Where it is kept.
    key
        Its name.
    default
        What it is until somebody changes it.

    Examples
    --------
    >>> from blueline.settings import QueueSetting, open_settings
    >>> samples = QueueSetting(
    ...     open_settings("settings.sqlite").namespace("sample changer"), "next"
    ... )  # doctest: +SKIP
    """

    def __init__(self, namespace: Namespace, key: str, default: Sequence[object] = ()) -> None:
        self._namespace = namespace
        self.key = key
        self._place = f"{namespace.name}/{key}"
        self._default = plain(list(default), f"the default of {self._place}")

    def get(self) -> list[JSON]:
        """Give all values, the next one first."""
        return self._namespace.get(self.key, copied(self._default))

    def set(self, values: Sequence[object]) -> None:
        """Keep other values."""
        self._namespace[self.key] = list(values)

    def clear(self) -> None:
        """Forget all changes: it is its default again."""
        self._namespace.pop(self.key, None)

    def append(self, value: object) -> None:
        """Add a value at the end."""
        self._edit(lambda kept: kept.append(plain(value, self._place)))

    def prepend(self, value: object) -> None:
        """Add a value at the beginning."""
        self._edit(lambda kept: kept.insert(0, plain(value, self._place)))

    def remove(self, value: object) -> None:
        """Remove the first that is equal to `value`.

        Raises
        ------
        SettingsError
            There is none.
        """
        wanted = plain(value, self._place)

        def without(kept: list[JSON]) -> None:
            if wanted not in kept:
                message = f"{self._place} has no {wanted!r}; it has {kept!r}"
                raise SettingsError(message)
            kept.remove(wanted)

        self._edit(without)

    def pop_front(self) -> JSON:
        """Take the first value.

        Raises
        ------
        SettingsError
            There is none.
        """
        return self._edit(lambda kept: self._full(kept).pop(0))

    def pop_back(self) -> JSON:
        """Take the last value.

        Raises
        ------
        SettingsError
            There is none.
        """
        return self._edit(lambda kept: self._full(kept).pop())

    def _full(self, kept: list[JSON]) -> list[JSON]:
        if kept:
            return kept
        message = f"{self._place} is empty; add a value before you take one"
        raise SettingsError(message)

    def _edit(self, work: Callable[[list[JSON]], Answer]) -> Answer:
        """Change a copy of the list, and keep it, while nobody else writes."""

        def changed(kept: JSON) -> tuple[JSON, Answer]:
            values = copied(kept)
            answer = work(values)
            return values, answer

        return self._namespace.edit(self.key, changed, self._default)

    def __getitem__(self, place: int) -> JSON:
        return self.get()[place]

    def __iter__(self) -> Iterator[JSON]:
        return iter(self.get())

    def __len__(self) -> int:
        return len(self.get())

    def __contains__(self, value: object) -> bool:
        return value in self.get()

    def __repr__(self) -> str:
        return f"<settings {self._place}: {self.get()!r}>"
