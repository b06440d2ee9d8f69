"""Settings: values that survive a restart and are shared by processes (BL-20 to BL-24)."""

from blueline.settings.cache import Cache
from blueline.settings.channel import Channel
from blueline.settings.errors import NotJsonError, SettingsError
from blueline.settings.kept_parameters import KeptParameters
from blueline.settings.kinds import HashSetting, SimpleSetting
from blueline.settings.namespace import Namespace
from blueline.settings.open_settings import open_settings
from blueline.settings.parameters import Parameters
from blueline.settings.plain import JSON
from blueline.settings.queue_setting import QueueSetting
from blueline.settings.stored import Settings

__all__ = [
    "JSON",
    "Cache",
    "Channel",
    "HashSetting",
    "KeptParameters",
    "Namespace",
    "NotJsonError",
    "Parameters",
    "QueueSetting",
    "Settings",
    "SettingsError",
    "SimpleSetting",
    "open_settings",
]
