"""What may stand in a file of a configuration; the same in each of them."""

from pydantic import Field

from blueline.config.beamline_model import BeamlineModel
from blueline.config.device_model import DeviceModel, GroupModel, SuspenderModel
from blueline.config.fields import Strict
from blueline.config.finding import BEAMLINE_FILE
from blueline.config.session_model import SessionModel

#: The file whose defaults are for the folder that it is in.
FOLDER_FILE = "__init__.yml"
#: Keys of a file whose values are lists of things with names, and what they are.
LISTS = {
    "devices": DeviceModel,
    "groups": GroupModel,
    "sessions": SessionModel,
    "suspenders": SuspenderModel,
}


class FileModel(Strict):
    """One file of a configuration."""

    beamline: BeamlineModel | None = Field(default=None, description=f"In {BEAMLINE_FILE} alone")
    defaults: dict[str, object] = Field(
        default_factory=dict,
        description=f"In {FOLDER_FILE} alone: keys of every device of the folder and below",
    )
    devices: list[DeviceModel] = Field(default_factory=list, description="Axes, counters, optics")
    groups: list[GroupModel] = Field(default_factory=list, description="Counters as one device")
    sessions: list[SessionModel] = Field(default_factory=list, description="What people open")
    suspenders: list[SuspenderModel] = Field(
        default_factory=list, description="What suspends scans"
    )
