"""Where settings are kept, as people name it."""

from pathlib import Path
from typing import TYPE_CHECKING

from blueline.settings.errors import SettingsError
from blueline.settings.stored import StoredSettings

if TYPE_CHECKING:
    from blueline.settings.store import Store

#: With what the address of a Redis begins.
_REDIS = ("redis://", "rediss://", "unix://")


def open_settings(where: Path | str) -> StoredSettings:
    """Open the settings of a beamline.

    Parameters
    ----------
    where
        An SQLite file, made where it is not there; or a Redis, for processes of several machines:
        ``"redis://host:port/db"``.

    Raises
    ------
    SettingsError
        They cannot be opened.

    Examples
    --------
    >>> from blueline.settings import open_settings
    >>> with open_settings("settings.sqlite") as settings:  # doctest: +SKIP
    ...     settings.namespace("sample")["name"] = "copper foil"
    ...     number = settings.increment("numbers", "scan")
    """
    return StoredSettings(_store(where))


def _store(where: Path | str) -> "Store":
    if isinstance(where, str) and where.startswith(_REDIS):
        from blueline.settings.redis_store import RedisStore

        return RedisStore(where)
    if isinstance(where, str) and "://" in where:
        scheme = where.partition("://")[0]
        message = f"settings cannot be kept in {scheme}://...; give a file, or redis://host:port/db"
        raise SettingsError(message)
    from blueline.settings.sqlite_store import SqliteStore

    return SqliteStore(Path(where))
