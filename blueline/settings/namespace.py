"""The settings of one owner, as a mapping that all processes share."""

from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    ValuesView,
)

from blueline.settings.plain import JSON, copied, known_name, plain
from blueline.settings.store import Answer, Change, Store

#: Stands for an argument that was not given.
_NOTHING = object()
#: What the work of `Namespace.edit` gives where a value is to be removed.
REMOVED = object()


class Namespace(MutableMapping[str, JSON]):
    """A dictionary of JSON values that survives restarts and is shared by processes (BL-20).

    Each look at it shows what any process has written last; each change is kept when the call
    returns, and is all or nothing: also `update`, `pop`, `setdefault` and `clear`.

    Lists and dictionaries are given as copies: changing one in place changes nothing that is kept.
    Set it again: ``kept["limits"] = {**kept["limits"], "high": 5}``.

    Parameters
    ----------
    store
        Keeps the values.
    name
        Of the owner.

    Examples
    --------
    >>> from blueline.settings import open_settings
    >>> with open_settings("settings.sqlite") as settings:  # doctest: +SKIP
    ...     plot = settings.namespace("plot")
    ...     plot["counters"] = ["I0", "It"]
    """

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name

    def __getitem__(self, key: str) -> JSON:
        return copied(self._store.read(self.name)[key])

    def __setitem__(self, key: str, value: object) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._store.read(self.name)))

    def __len__(self) -> int:
        return len(self._store.read(self.name))

    def __contains__(self, key: object) -> bool:
        return key in self._store.read(self.name)

    def __repr__(self) -> str:
        return f"<settings {self.name!r}: {self.copy()!r}>"

    def copy(self) -> dict[str, JSON]:
        """Give all values as they are at one moment."""
        return copied(dict(self._store.read(self.name)))

    def __deepcopy__(self, _memo: object) -> dict[str, JSON]:
        """Give a dictionary of its own, as bluesky takes one for the start of each run."""
        return self.copy()

    def items(self) -> ItemsView[str, JSON]:
        """Give keys and values as they are at one moment."""
        return self.copy().items()

    def values(self) -> ValuesView[JSON]:
        """Give the values as they are at one moment."""
        return self.copy().values()

    def update(  # pyright: ignore[reportIncompatibleMethodOverride] - one signature for all forms
        self,
        other: Mapping[str, object] | Iterable[tuple[str, object]] = (),
        /,
        **more: object,
    ) -> None:
        """Set several values: other processes see all of them or none.

        Raises
        ------
        NotJsonError
            One of them cannot be kept; nothing has been changed.
        """
        put = {
            known_name(key, f"settings {self.name!r}"): plain(value, f"{self.name}/{key}")
            for key, value in dict(other, **more).items()
        }
        if put:
            self._store.change(self.name, lambda _: Change(None, put=put))

    def setdefault(self, key: str, default: object = None) -> JSON:
        """Give a value; where there is none, keep and give `default`."""
        name = known_name(key, f"settings {self.name!r}")
        value = plain(default, f"{self.name}/{key}")
        if name in (kept := self._store.read(self.name)):
            return copied(kept[name])

        def edit(kept: Mapping[str, JSON]) -> Change[JSON]:
            return Change(kept[name]) if name in kept else Change(value, put={name: value})

        return copied(self._store.change(self.name, edit))

    def pop(self, key: str, default: object = _NOTHING) -> JSON:
        """Remove a value and give it: no two processes get the same one."""

        def edit(kept: Mapping[str, JSON]) -> Change[JSON]:
            if key in kept:
                return Change(kept[key], drop=[key])
            if default is _NOTHING:
                raise KeyError(key)
            return Change(default)

        return self._store.change(self.name, edit)

    def popitem(self) -> tuple[str, JSON]:
        """Remove the value that was added last, and give it with its key."""

        def edit(kept: Mapping[str, JSON]) -> Change[tuple[str, JSON]]:
            if not kept:
                message = f"the settings {self.name!r} are empty"
                raise KeyError(message)
            last = next(reversed(list(kept)))
            return Change((last, kept[last]), drop=[last])

        return self._store.change(self.name, edit)

    def clear(self) -> None:
        """Remove all values."""
        self._store.change(self.name, lambda kept: Change(None, drop=list(kept)))

    def edit(
        self, key: str, work: Callable[[JSON], tuple[object, Answer]], default: object = None
    ) -> Answer:
        """Change a value while no other process does.

        Parameters
        ----------
        key
            Its name.
        work
            Given a copy of what is kept, or `default`, gives what is to be kept, or `REMOVED`, and
            any answer. It may be called again, so that it should do nothing else.
        default
            What `work` is given where none is kept.
        """
        name = known_name(key, f"settings {self.name!r}")
        place = f"{self.name}/{key}"

        def change(kept: Mapping[str, JSON]) -> Change[Answer]:
            value, answer = work(copied(kept[name]) if name in kept else plain(default, place))
            if value is REMOVED:
                return Change(answer, drop=[name])
            return Change(answer, put={name: plain(value, place)})

        return self._store.change(self.name, change)

    def amend(self, key: str, **values: object) -> bool:
        """Set values in a dictionary that is kept, while no other process changes it.

        Nothing is kept where there is none: what somebody has removed meanwhile stays removed.

        Returns
        -------
            Whether there is one.
        """
        put = plain(values, f"{self.name}/{key}")

        def change(kept: Mapping[str, JSON]) -> Change[bool]:
            if key not in kept:
                return Change(answer=False)
            return Change(answer=True, put={key: {**kept[key], **put}})

        return self._store.change(self.name, change)
