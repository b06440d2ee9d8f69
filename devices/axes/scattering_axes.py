"""Axes by what scattering depends on: the wavelength, and the wave vector transfer (BL-62)."""

from typing import Any

from devices.axes.axis import Axis
from devices.axes.kinematics import HC
from devices.axes.pseudo_motor import PseudoMotor


class Wavelength(PseudoMotor):
    """The photon wavelength in Å, over an axis of the energy in eV.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    energy
        The axis it moves.
    precision
        Decimals to show.
    options
        `limits`, `description`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import SoftAxis, Wavelength
    >>> beam = SimpleNamespace(energy=12398.419843)
    >>> energy = SoftAxis(beam, "energy", name="energy", egu="eV", limits=(5000, 20000))
    >>> wavelength = Wavelength(name="wavelength", energy=energy)
    >>> wavelength.position
    1.0
    >>> wavelength.set(1.5).wait(10)
    >>> round(beam.energy, 3)
    8265.613
    """

    def __init__(
        self,
        *,
        name: str,
        energy: Axis,
        precision: int = 5,
        **options: Any,  # noqa: ANN401 - those of DerivedAxis
    ) -> None:
        super().__init__(
            name=name,
            reals={"energy": energy},
            forward={"energy": f'hc / T["{name}"]'},
            inverse='hc / A["energy"]',
            egu="Å",
            constants={"hc": HC},
            precision=precision,
            **options,
        )


class WaveVectorTransfer(PseudoMotor):
    """The wave vector transfer q = 4π sin θ/λ in 1/Å; it moves the detector arm, not the energy.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    two_theta
        The axis of the full scattering angle, degrees.
    energy
        The axis of the photon energy, eV. While it moves, its target counts.
    precision
        Decimals to show.
    options
        `limits`, `description`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import SoftAxis, WaveVectorTransfer
    >>> hutch = SimpleNamespace(energy=12398.419843, arm=30.0)
    >>> energy = SoftAxis(hutch, "energy", name="energy", egu="eV")
    >>> arm = SoftAxis(hutch, "arm", name="arm", egu="deg", limits=(0, 120))
    >>> q = WaveVectorTransfer(name="q", two_theta=arm, energy=energy)
    >>> q.set(4.0).wait(10)
    >>> round(hutch.arm, 3)
    37.121
    """

    def __init__(
        self,
        *,
        name: str,
        two_theta: Axis,
        energy: Axis,
        precision: int = 4,
        **options: Any,  # noqa: ANN401 - those of DerivedAxis
    ) -> None:
        super().__init__(
            name=name,
            reals={"two_theta": two_theta},
            forward={"two_theta": f'2 * degrees(asin(T["{name}"] * hc / T["energy"] / (4 * pi)))'},
            inverse='4 * pi * sin(radians(A["two_theta"]) / 2) * A["energy"] / hc',
            egu="1/Å",
            axes={"energy": energy},
            constants={"hc": HC},
            precision=precision,
            **options,
        )
