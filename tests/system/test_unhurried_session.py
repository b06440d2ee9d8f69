"""A session without our quicker messages is a session all the same."""

import io

import numpy as np
import pytest

from blueline import open_session
from blueline.engine.engine import QUICK
from planlib import ascan, goto_custom


@pytest.fixture
def unhurried(instant_ioc, ca_ports, tmp_path, monkeypatch):
    monkeypatch.setenv(QUICK, "0")
    prefix = instant_ioc.prefix
    with open_session(
        data=tmp_path, port=ca_ports.instant, prefix=prefix, screen=io.StringIO()
    ) as made:
        yield made


def test_a_scan_in_it_is_complete(unhurried):
    x, scaler = unhurried.devices["x"], unhurried.devices["scaler"]
    assert not unhurried.RE.is_quick
    (uid,) = unhurried.RE(ascan(x, 0, 2, 4, 0.01, scaler))
    columns = unhurried.columns(uid)
    assert columns["x_setpoint"].tolist() == [0, 0.5, 1, 1.5, 2]
    assert np.isfinite(columns["I0"]).all()
    unhurried.RE(goto_custom(lambda positions, _: positions[1]))
    assert x.target == 0.5
