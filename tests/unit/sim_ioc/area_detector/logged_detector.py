"""An area detector without a network: a beam that can be told to change, and what was posted."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim_ioc.area_detector.area_detector import AreaDetector
from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.channel_access.fields import checked
from sim_ioc.physics.rates import OnSample
from sim_ioc.site import Site
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock

SETTINGS = AreaDetectorSettings(rows=32, columns=48, exposure=0.1, transmission=1.0)
LIGHT = OnSample(1e4, 1e6, 0.0, 0.0, 0.0, 0.3, 0.2)


class Lamp:
    """Be a beam whose flux is 1e6 photons per second, or something else from a moment on."""

    def __init__(self) -> None:
        self.light = LIGHT
        self.is_moving = False
        self._watchers = []

    async def ready(self):
        pass

    def watch(self, callback: Callable[[], None]) -> None:
        self._watchers.append(callback)

    def set_flux(self, flux: float) -> None:
        for watcher in self._watchers:
            watcher()
        self.light = replace(self.light, flux=flux)

    def on_sample(self, time: float) -> OnSample:
        # a ramp from 0 where it moves: the flux of a moment is a million times its time
        return replace(self.light, flux=1e6 * time) if self.is_moving else self.light

    def moved_since(self, time: float) -> bool:
        return self.is_moving


class Bench:
    """Hold a detector in its lamp, and put values as clients do."""

    def __init__(self, settings: AreaDetectorSettings = SETTINGS, **options):
        self.lamp = Lamp()
        site = Site("", virtual_clock(**options), seed=3)
        self.detector = AreaDetector(settings, site, self.lamp)
        self.ports = {record.name.split(":")[-2]: record for record in self.detector.records}
        self.camera = self.detector.camera
        self.log = []
        for name, port in self.ports.items():
            self._keep(name, port)

    def _keep(self, port_name, port):
        post = port.post

        async def post_and_keep(timestamp=None, /, **values):
            self.log += [(port_name, name, value, now()) for name, value in values.items()]
            await post(timestamp, **values)

        port.post = post_and_keep

    async def put(self, port, **values):
        for name, value in values.items():
            record = self.ports[port]
            field = record.fields[name]
            await record.put(field, checked(field, value))

    async def acquire(self, images=1, **settings):
        await self.put("cam1", ImageMode="Multiple", NumImages=images, **settings)
        await self.put("cam1", Acquire=1)

    def value(self, port, name):
        return self.ports[port].values[name]

    def posted(self, port, *names):
        return [(name, value) for of, name, value, _ in self.log if of == port and name in names]

    def times(self, port, name):
        return [when for of, posted, _, when in self.log if (of, posted) == (port, name)]


def run(scenario, settings=SETTINGS, **options):
    """Run a coroutine function on a fresh bench in virtual time; return the bench."""

    async def main():
        bench = Bench(settings, **options)
        await scenario(bench)
        return bench

    return simulate(main())


def frame(data, unique_id=1):
    return NDArray(np.asarray(data), unique_id, 1.7e9)


def pipeline():
    return Pipeline(virtual_clock())
