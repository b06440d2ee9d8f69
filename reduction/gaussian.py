"""The Gaussian: what everybody must agree upon who tells how wide one is."""

import math

#: Full width at half maximum, in standard deviations.
FWHM_PER_SIGMA = 2.0 * math.sqrt(2.0 * math.log(2.0))
