"""Frames of runs in files of other formats: EDF, CBF, FITS, NeXus, HDF5 and raw."""

from callbacks.frame_export.export import FrameExport, export_frames

__all__ = ["FrameExport", "export_frames"]
