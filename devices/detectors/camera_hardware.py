"""The process variables of an areaDetector camera and its plugins that we use.

Names as in ADBase.template, NDPluginBase.template, NDFile.template, NDFileHDF5.template,
NDStats.template, NDROI.template, NDProcess.template and NDTransform.template of https://github.com/areaDetector/ADCore.
"""

from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO, EpicsSignalWithRBV

from devices import channel_access


class CameraDriver(Device):
    """The camera itself."""

    acquire = Component(EpicsSignal, "Acquire", kind="omitted")
    exposure = Component(EpicsSignalWithRBV, "AcquireTime", kind="omitted")
    period = Component(EpicsSignalWithRBV, "AcquirePeriod", kind="omitted")
    frames = Component(EpicsSignalWithRBV, "NumImages", kind="omitted")
    exposures = Component(EpicsSignalWithRBV, "NumExposures", kind="omitted")
    exposed = Component(EpicsSignalRO, "NumExposuresCounter_RBV", kind="omitted")
    image_mode = Component(EpicsSignalWithRBV, "ImageMode", kind="omitted")
    trigger_mode = Component(EpicsSignalWithRBV, "TriggerMode", kind="omitted")
    wait_for_plugins = Component(EpicsSignal, "WaitForPlugins", kind="omitted")
    passes_on = Component(EpicsSignalWithRBV, "ArrayCallbacks", kind="omitted")
    state = Component(EpicsSignalRO, "DetectorState_RBV", kind="omitted")
    message = Component(EpicsSignalRO, "StatusMessage_RBV", kind="omitted")
    taken = Component(EpicsSignalRO, "NumImagesCounter_RBV", kind="omitted")
    unique_id = Component(EpicsSignalRO, "UniqueId_RBV", kind="omitted")
    columns = Component(EpicsSignalRO, "ArraySizeX_RBV", kind="omitted")
    rows = Component(EpicsSignalRO, "ArraySizeY_RBV", kind="omitted")
    pixel_type = Component(EpicsSignalRO, "DataType_RBV", kind="omitted")
    port = Component(EpicsSignalRO, "PortName_RBV", kind="omitted")


class RegionFields(Device):
    """Which part of a frame is taken, and how many of its pixels become one."""

    first_column = Component(EpicsSignalWithRBV, "MinX", kind="omitted")
    first_row = Component(EpicsSignalWithRBV, "MinY", kind="omitted")
    columns = Component(EpicsSignalWithRBV, "SizeX", kind="omitted")
    rows = Component(EpicsSignalWithRBV, "SizeY", kind="omitted")
    column_binning = Component(EpicsSignalWithRBV, "BinX", kind="omitted")
    row_binning = Component(EpicsSignalWithRBV, "BinY", kind="omitted")


class SensorFields(RegionFields):
    """What the camera says of its sensor; asked for only where somebody wants another part."""

    max_columns = Component(EpicsSignalRO, "MaxSizeX_RBV", kind="omitted")
    max_rows = Component(EpicsSignalRO, "MaxSizeY_RBV", kind="omitted")
    turns_columns = Component(EpicsSignalWithRBV, "ReverseX", kind="omitted")
    turns_rows = Component(EpicsSignalWithRBV, "ReverseY", kind="omitted")

    def by_field(self) -> dict[str, Any]:
        """Give the channels by areaDetector's names."""
        return {
            walk.item.pvname.rpartition(":")[2].removesuffix("_RBV"): walk.item
            for walk in self.walk_signals()
        }

    def give_up(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        self.destroy()


class Plugin(Device):
    """What every plugin has."""

    port = Component(EpicsSignalRO, "PortName_RBV", kind="omitted")
    source = Component(EpicsSignalWithRBV, "NDArrayPort", kind="omitted")
    enabled = Component(EpicsSignalWithRBV, "EnableCallbacks", kind="omitted")
    unique_id = Component(EpicsSignalRO, "UniqueId_RBV", kind="omitted")
    dropped = Component(EpicsSignalWithRBV, "DroppedArrays", kind="omitted")


class FilePlugin(Plugin):
    """A plugin that writes files."""

    folder = Component(EpicsSignalWithRBV, "FilePath", kind="omitted")
    folder_exists = Component(EpicsSignalRO, "FilePathExists_RBV", kind="omitted")
    folders_to_make = Component(EpicsSignalWithRBV, "CreateDirectory", kind="omitted")
    file_name = Component(EpicsSignalWithRBV, "FileName", kind="omitted")
    template = Component(EpicsSignalWithRBV, "FileTemplate", kind="omitted")
    number = Component(EpicsSignalWithRBV, "FileNumber", kind="omitted")
    numbers_files = Component(EpicsSignalWithRBV, "AutoIncrement", kind="omitted")
    write_mode = Component(EpicsSignalWithRBV, "FileWriteMode", kind="omitted")
    frames = Component(EpicsSignalWithRBV, "NumCapture", kind="omitted")
    opens_late = Component(EpicsSignalWithRBV, "LazyOpen", kind="omitted")
    capture = Component(EpicsSignal, "Capture", kind="omitted")
    capturing = Component(EpicsSignalRO, "Capture_RBV", kind="omitted")
    captured = Component(EpicsSignalRO, "NumCaptured_RBV", kind="omitted")
    write_status = Component(EpicsSignalRO, "WriteStatus", kind="omitted")
    write_message = Component(EpicsSignalRO, "WriteMessage", kind="omitted")


class Hdf5Plugin(FilePlugin):
    """The one that writes all frames to one HDF5 file."""

    can_be_followed = Component(EpicsSignalWithRBV, "SWMRMode", kind="omitted")
    frames_to_flush = Component(EpicsSignalWithRBV, "NumFramesFlush", kind="omitted")
    frames_to_chunk = Component(EpicsSignalWithRBV, "NumFramesChunks", kind="omitted")
    extra_dimensions = Component(EpicsSignalWithRBV, "NumExtraDims", kind="omitted")
    stores_numbers = Component(EpicsSignalWithRBV, "StoreAttr", kind="omitted")
    compression = Component(EpicsSignalWithRBV, "Compression", kind="omitted")


class StatsPlugin(Plugin):
    """The one that computes statistics; what of them is read depends on the counters."""

    computes_statistics = Component(EpicsSignalWithRBV, "ComputeStatistics", kind="omitted")
    computes_light = Component(EpicsSignalWithRBV, "ComputeCentroid", kind="omitted")
    computes_profiles = Component(EpicsSignalWithRBV, "ComputeProfiles", kind="omitted")
    threshold = Component(EpicsSignalWithRBV, "CentroidThreshold", kind="omitted")
    mean = Component(EpicsSignalRO, "MeanValue_RBV", kind="omitted")


class RoiPlugin(Plugin, RegionFields):
    """The one that cuts a region."""

    cuts_columns = Component(EpicsSignalWithRBV, "EnableX", kind="omitted")
    cuts_rows = Component(EpicsSignalWithRBV, "EnableY", kind="omitted")
    scales = Component(EpicsSignalWithRBV, "EnableScale", kind="omitted")


class ProcessPlugin(Plugin):
    """The one that subtracts a dark frame and divides by a flat one."""

    save_dark = Component(EpicsSignal, "SaveBackground", kind="omitted")
    uses_dark = Component(EpicsSignalWithRBV, "EnableBackground", kind="omitted")
    has_dark = Component(EpicsSignalRO, "ValidBackground_RBV", kind="omitted")
    save_flat = Component(EpicsSignal, "SaveFlatField", kind="omitted")
    uses_flat = Component(EpicsSignalWithRBV, "EnableFlatField", kind="omitted")
    has_flat = Component(EpicsSignalRO, "ValidFlatField_RBV", kind="omitted")
    flat_scale = Component(EpicsSignalWithRBV, "ScaleFlatField", kind="omitted")
    type_out = Component(EpicsSignalWithRBV, "DataTypeOut", kind="omitted")


class TransformPlugin(Plugin):
    """The one that turns frames."""

    way = Component(EpicsSignal, "Type", kind="omitted")


class ImagePlugin(Plugin):
    """The one that shows the last frame in a process variable."""

    pixels = Component(EpicsSignalRO, "ArrayData", kind="omitted")
    columns = Component(EpicsSignalRO, "ArraySize0_RBV", kind="omitted")
    rows = Component(EpicsSignalRO, "ArraySize1_RBV", kind="omitted")
