"""Named positions of instruments: save, list, restore, rename, note, remove (ES-47)."""

from blueline.positions.errors import PositionError
from blueline.positions.position_store import PositionStore
from blueline.positions.saved_position import SavedPosition

__all__ = ["PositionError", "PositionStore", "SavedPosition"]
