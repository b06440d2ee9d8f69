"""Constants that several formulas share, with their sources."""

#: h·c in eV·Å, exact since the SI of 2019 (CODATA 2018: 12398.419843320026).
HC = 12398.419843320026
#: ħ²/(2·mₑ) in eV·Å² (from ħ and mₑ of CODATA 2018); E − E0 = this times k².
PHOTOELECTRON = 3.809982111
#: Spacing of the (111) planes of silicon in Å that the energy axis is set up with; the lattice
#: parameter of CODATA 2018, 5.431020511 Å, would give 3.13560.
SI111_SPACING = 3.13555
#: Spacing of the (311) planes in Å: that of (111) times √3/√11, as the crystal is cubic.
SI311_SPACING = SI111_SPACING * (3 / 11) ** 0.5
