"""A beam for detectors to look at: what it gives changes only when a test says so."""

from sim_ioc.physics.absorption import absorber
from sim_ioc.physics.path import BeamPath, Sample
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.sample import Foil
from sim_ioc.physics.source import BendingMagnet

RATES = {"I0": 1e5, "It": 1e4, "If": 3.0}
ON_SAMPLE = OnSample(energy=9000.0, flux=1e11, x=1.3, y=-0.4, theta=0.0, width=0.4, height=0.25)


class SteadyBeam:
    """Give the same rates and the same beam on the sample until changed."""

    def __init__(self, on_sample=ON_SAMPLE, **rates):
        self.now = rates or dict(RATES)
        self.arriving = on_sample
        self.watchers = []
        self.element = "Cu"

    @property
    def path(self):
        """Return a path with a foil in it; tables are built when asked for."""
        sample = None if self.element is None else Sample(Foil(), absorber(self.element))
        return BeamPath(BendingMagnet(), sample=sample)

    async def ready(self):
        """Be ready at once."""

    def watch(self, callback):
        self.watchers.append(callback)

    def change(self, on_sample=None, **rates):
        """Tell those who watch, then change."""
        for watcher in self.watchers:
            watcher()
        self.now |= rates
        self.arriving = on_sample or self.arriving

    def rates(self, start, end):
        return self.now

    def on_sample(self, time):
        return self.arriving

    def moved_since(self, time):
        return False
