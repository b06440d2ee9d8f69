"""Blades over gap and centre."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blueline.slit_blades import Blades
from devices.axes.slit import BladePair

MILLIMETRES = st.floats(-20, 20)


@given(gap=MILLIMETRES, center=MILLIMETRES)
def test_the_blades_of_a_slit_are_those_of_its_gap_and_centre(gap, center):
    blades = Blades().inverse({"gap": gap, "center": center})
    assert BladePair().forward({"gap": gap, "center": center}) == blades


@given(low=MILLIMETRES, high=MILLIMETRES)
def test_gap_and_centre_of_blades_are_those_of_a_slit(low, high):
    members = {"low": np.array([low]), "high": np.array([high])}
    assert Blades().forward(members) == BladePair().inverse(members)
