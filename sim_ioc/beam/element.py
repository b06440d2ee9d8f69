"""The elements whose K edge a beamline of hard X-rays reaches: those a foil may be made of."""

from typing import Literal

#: From calcium (4.04 keV) to samarium (46.8 keV), X-ray Data Booklet, table 1-1, without those that
#: are gases.
KElement = Literal[
    "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As", "Se", "Br",
    "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te",
    "I", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Sm",
]  # fmt: skip
