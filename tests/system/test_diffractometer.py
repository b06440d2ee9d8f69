"""Diffractometers are stock positioners of ophyd, our own example and hklpy2's (BL-62)."""

import math
import shutil

import pytest
from ophyd.utils import LimitError

from blueline.config.build import make_beamline
from blueline.config.loading import load_configuration
from planlib import a2scan, ascan, check, dscan
from planlib.errors import PlanError
from tests.system import four_circle
from tests.system.four_circle import LATTICE, WAVELENGTH, FourCircle

#: Seconds for all circles on a busy machine.
MOVED = 40.0


def two_theta(h, k, l):  # noqa: E741
    return 2 * math.degrees(math.asin(WAVELENGTH * math.hypot(h, k, l) / (2 * LATTICE)))


@pytest.fixture
def fourc(fast_ioc, connected):
    made = connected(FourCircle("F:", name="fourc"))
    made.move(2, 0, 0, wait=True, timeout=MOVED)
    yield made
    for name in ("chi", "phi", "omega"):
        getattr(made, name).move(0.0, wait=True, timeout=MOVED)


def columns(documents, *names):
    events = [doc["data"] for kind, doc in documents if kind == "event"]
    return [[event[name] for event in events] for name in names]


def test_a_scan_of_an_index_moves_all_circles(engine, documents, fourc, slow):
    engine(ascan(fourc.l, 0, 0.3, 3, 0.02, slow, fourc.tth, fourc.chi))
    index, tth, chi = columns(documents, "fourc_l", "fourc_tth", "fourc_chi")
    assert index == pytest.approx([0, 0.1, 0.2, 0.3], abs=1e-3)
    assert tth == pytest.approx([two_theta(2, 0, each) for each in index], abs=0.01)
    assert chi == pytest.approx([math.degrees(math.atan2(each, 2)) for each in index], abs=0.01)


def test_two_indices_are_scanned_together(engine, documents, fourc, slow):
    engine(a2scan(fourc.h, 2, 2.1, fourc.k, 0, 0.2, 2, 0.02, slow))
    h, k = columns(documents, "fourc_h", "fourc_k")
    assert h == pytest.approx([2, 2.05, 2.1], abs=1e-3)
    assert k == pytest.approx([0, 0.1, 0.2], abs=1e-3)


def test_a_relative_scan_brings_the_crystal_back(engine, fourc, slow):
    engine(dscan(fourc.k, -0.1, 0.1, 2, 0.02, slow))
    assert tuple(fourc.position) == pytest.approx((2, 0, 0), abs=1e-3)
    assert fourc.phi.position == pytest.approx(0, abs=0.01)


def test_a_dry_run_asks_the_limits_of_all_circles(fourc, slow):
    report = check(ascan(fourc.l, 0, 1.0, 3, 0.02, slow))
    assert "fourc_chi_user_setpoint: value 18.4" in " ".join(report.problems)
    assert not check(ascan(fourc.l, 0, 0.3, 3, 0.02, slow)).problems


def test_a_dry_run_tells_of_a_reflection_that_cannot_be_reached(fourc, slow):
    assert check(ascan(fourc.h, 2, 9, 2, 0.02, slow)).problems  # λ is too long


def test_a_scan_beyond_the_limits_of_a_circle_is_refused_before_it_moves(engine, fourc, slow):
    before = fourc.chi.position
    with pytest.raises(LimitError, match=r"fourc_chi_user_setpoint: value 18\.4"):
        engine(ascan(fourc.l, 0, 1.0, 3, 0.02, slow))
    assert fourc.chi.position == before


def test_an_index_and_a_circle_under_it_are_not_scanned_together(engine, fourc, slow):
    with pytest.raises(PlanError, match="fourc_h moves fourc_tth: a scan can move one of them"):
        engine(a2scan(fourc.h, 2, 2.1, fourc.tth, 30, 31, 2, 0.02, slow))


def test_typed_indices_move_all_circles_together(engine, fourc, session):
    from blueline.shell.moves import moving
    from blueline.shell.targets import Target

    engine(moving([Target(fourc.k, 0.1), Target(fourc.l, 0.1)], session.context))
    assert tuple(fourc.position) == pytest.approx((2, 0.1, 0.1), abs=1e-3)


YAML = """
devices:
  - name: fourc
    class: lab_circles:FourCircle
    prefix: "F:"
    labels: [baseline]
  - name: powder
    class: hklpy2:creator
    arguments:
      prefix: "F:"
      solver: th_tth
      geometry: TH TTH Q
      reals: {th: "sample:theta", tth: "mono:bragg"}
"""


def test_it_is_described_as_any_device(tmp_path, fast_ioc, connected):
    (tmp_path / "beamline.yml").write_text(
        "beamline: {name: mine, packages: [lab_circles, hklpy2]}\n"
    )
    (tmp_path / "devices.yml").write_text(YAML)
    (tmp_path / "python").mkdir()
    shutil.copy(four_circle.__file__, tmp_path / "python" / "lab_circles.py")
    beamline = make_beamline(load_configuration(tmp_path))
    assert beamline.failed == {}
    fourc = connected(beamline.devices["fourc"])
    assert fourc.l.name == "fourc_l"
    assert beamline.baseline == ["fourc"]
    assert connected(beamline.devices["powder"]).q.name == "powder_q"


# --- hklpy2


@pytest.fixture
def theta_two_theta(fast_ioc, connected):
    """What hklpy2 makes with the one of its solvers that needs no system library."""
    import hklpy2

    made = hklpy2.creator(
        name="powder",
        prefix="F:",
        solver="th_tth",
        geometry="TH TTH Q",
        reals={"th": "sample:theta", "tth": "mono:bragg"},
    )
    connected(made)
    made.beam.wavelength.put(1.5406)
    made.move(2.0, wait=True, timeout=MOVED)
    yield made
    made.th.move(0.0, wait=True, timeout=MOVED)


def test_a_diffractometer_of_hklpy2_is_scanned(engine, documents, theta_two_theta, slow):
    powder = theta_two_theta
    engine(ascan(powder.q, 2, 2.2, 2, 0.02, slow, powder.th, powder.tth))
    q, th, tth = columns(documents, "powder_q", "powder_th", "powder_tth")
    assert q == pytest.approx([2, 2.1, 2.2], abs=1e-3)
    for each, theta in zip(q, th, strict=True):
        assert each == pytest.approx(4 * math.pi * math.sin(math.radians(theta)) / 1.5406, abs=1e-3)
    assert tth == pytest.approx([2 * each for each in th], abs=1e-3)


def test_a_dry_run_asks_the_limits_of_the_circles_of_hklpy2(theta_two_theta, slow):
    powder = theta_two_theta
    assert not check(ascan(powder.q, 2, 2.2, 2, 0.02, slow)).problems
    assert check(ascan(powder.q, 2, 7.9, 2, 0.02, slow)).problems  # tth would be 151 degrees


def test_a_relative_scan_brings_a_diffractometer_of_hklpy2_back(engine, theta_two_theta, slow):
    powder = theta_two_theta
    engine(dscan(powder.q, -0.1, 0.1, 2, 0.02, slow))
    assert powder.q.position == pytest.approx(2.0, abs=1e-3)
