"""Settings: values that survive a restart and are shared by processes (BL-20 to BL-24)."""

from blueline.settings.errors import NotJsonError, SettingsError
from blueline.settings.namespace import Namespace
from blueline.settings.open_settings import open_settings
from blueline.settings.plain import JSON
from blueline.settings.stored import Settings

__all__ = [
    "JSON",
    "Namespace",
    "NotJsonError",
    "Settings",
    "SettingsError",
    "open_settings",
]
