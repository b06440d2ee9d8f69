"""Every PV that the classes of ophyd name is there."""

from collections.abc import Iterator
from functools import cache

import pytest
from ophyd import DynamicDeviceComponent
from ophyd.areadetector import cam, plugins
from ophyd.areadetector.base import EpicsSignalWithRBV

from sim_ioc.channel_access.database import Database
from tests.unit.sim_ioc.area_detector.logged_detector import Bench
from tests.unit.sim_ioc.virtual_time import simulate

CLASSES = {
    "cam1:": (cam.SimDetectorCam,),
    "image1:": (plugins.ImagePlugin, plugins.ImagePlugin_V34),
    "ROI1:": (plugins.ROIPlugin, plugins.ROIPlugin_V34),
    "Stats1:": (plugins.StatsPlugin, plugins.StatsPlugin_V34),
    "Proc1:": (plugins.ProcessPlugin, plugins.ProcessPlugin_V34),
    "Trans1:": (plugins.TransformPlugin_V34,),
    "HDF1:": (plugins.HDF5Plugin, plugins.HDF5Plugin_V34),
    "TIFF1:": (plugins.TIFFPlugin, plugins.TIFFPlugin_V34),
}


def names_in(device: type) -> Iterator[str]:
    """Yield what follows the prefix in each PV of a class of devices."""
    for component in device._sig_attrs.values():
        if isinstance(component, DynamicDeviceComponent):
            parts = [(kind, suffix) for kind, suffix, _ in component.defn.values()]
        else:
            parts = [(component.cls, component.suffix)]
        for kind, suffix in parts:
            if suffix is None:  # computed by the client
                continue
            yield suffix
            if issubclass(kind, EpicsSignalWithRBV):
                yield suffix + "_RBV"


@cache
def database():
    async def made():
        return Database(Bench().detector.records)

    return simulate(made())


@pytest.mark.parametrize(
    ("port", "device"),
    [(port, device) for port, devices in CLASSES.items() for device in devices],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_every_name_of_the_class_is_served(port, device):
    wanted = [f"cam:{port}{name}" for name in names_in(device)]
    missing = []
    for name in wanted:
        try:
            database()[name]
        except KeyError:
            missing.append(name)
    assert len(wanted) > 50
    assert missing == []


def test_every_pv_is_described():
    for record in database().records.values():
        for field in record.fields.values():
            assert field.description, record.pv_name(field)
