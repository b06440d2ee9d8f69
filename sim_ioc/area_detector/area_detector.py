"""An area detector: a camera and plugins, the names of which every installation knows."""

from sim_ioc.area_detector.camera import Beam, Camera
from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.area_detector.hdf5_plugin import Hdf5Plugin
from sim_ioc.area_detector.image_plugin import ImagePlugin
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.process_plugin import ProcessPlugin
from sim_ioc.area_detector.roi_plugin import RoiPlugin
from sim_ioc.area_detector.sensor import Sensor
from sim_ioc.area_detector.stats_plugin import StatsPlugin
from sim_ioc.area_detector.tiff_plugin import TiffPlugin
from sim_ioc.area_detector.transform_plugin import TransformPlugin
from sim_ioc.channel_access.record import Record
from sim_ioc.site import Site

_CAMERA = "CAM"
_LARGEST_SEED = 2**31


class AreaDetector:
    """Serve ``cam1:``, ``image1:``, ``ROI1:``, ``Stats1:``, ``Proc1:``, ``Trans1:`` and files.

    What gives pulses, such as position compare, calls `trigger`.
    """

    def __init__(self, settings: AreaDetectorSettings, site: Site, beam: Beam) -> None:
        name = site.pv(settings.name)
        shape = settings.rows, settings.columns
        lines = self.pipeline = Pipeline(site.clock)
        seed = int(site.random(settings.name).integers(_LARGEST_SEED))
        self.camera = Camera(f"{name}:cam1:", settings, beam, lines, Sensor(settings, seed))
        self.hdf5 = Hdf5Plugin(f"{name}:HDF1:", lines, "FileHDF1", _CAMERA)
        pixels = settings.rows * settings.columns
        self.trigger = self.camera.trigger
        self.records: list[Record] = [
            self.camera,
            ImagePlugin(f"{name}:image1:", lines, "Image1", _CAMERA, pixels),
            RoiPlugin(f"{name}:ROI1:", lines, "ROI1", _CAMERA),
            StatsPlugin(f"{name}:Stats1:", lines, "STATS1", _CAMERA, shape),
            ProcessPlugin(f"{name}:Proc1:", lines, "PROC1", _CAMERA),
            TransformPlugin(f"{name}:Trans1:", lines, "TRANS1", _CAMERA),
            self.hdf5,
            TiffPlugin(f"{name}:TIFF1:", lines, "FileTIFF1", _CAMERA),
        ]

    def close(self) -> None:
        """End the process that writes files; it ends by itself if this is never called."""
        self.hdf5.writer.end()
