"""Constants that several formulas share, with their sources."""

#: h·c in eV·Å, exact since the SI of 2019 (CODATA 2018: 12398.419843320026).
HC = 12398.419843320026
#: ħ²/(2·mₑ) in eV·Å² (CODATA 2018); E − E0 = this times k².
PHOTOELECTRON = 3.809980849
#: Spacing of the (111) planes of silicon in Å.
SI111_SPACING = 3.13555
