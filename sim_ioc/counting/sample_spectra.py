"""What a detector with given settings expects of the sample that is in the beam."""

from sim_ioc.counting.mca_settings import SpectrometerSettings
from sim_ioc.counting.spectrum_exposure import SampleBeam
from sim_ioc.physics.fluorescence import alloy
from sim_ioc.physics.spectrometer import Specimen, Spectrometer


def spectrometer(settings: SpectrometerSettings, beam: SampleBeam) -> Spectrometer:
    """Return one that looks at the sample, with traces of what is no pure element."""
    sample = beam.path.sample
    specimen = None
    if sample is not None:
        specimen = Specimen(sample.foil, alloy(sample.material.element, settings.traces))
    return Spectrometer(specimen, settings.response(), settings.geometry())
