"""H15: an exposure, or a spectrum, that never ends."""

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus

from devices import DeadlineError
from devices.detectors.mca import Mca
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.system.camera_runs import only
from tests.waiting import PATIENCE, wait_until

SECONDS = 0.1


def test_an_exposure_that_never_ends_fails_by_its_deadline_and_is_stopped(inject, staged):
    inject("cam:cam1", "endless")
    sentence = r"exposing camera for 0\.1 s did not end within 5\.2 s"
    with pytest.raises(DeadlineError, match=sentence):
        staged.trigger().wait(5.2 + PATIENCE)
    wait_until("the camera is idle", lambda: read_pv("X:cam:cam1:Acquire") == 0)


def test_a_run_whose_exposure_never_ends_fails_without_the_point(
    inject, camera, engine, documents, is_at_rest
):
    inject("cam:cam1", "endless")
    with pytest.raises(FailedStatus, match="did not end within"):
        engine(bp.count([camera]))
    (stop,) = only(documents, "stop")
    assert stop["exit_status"] == "fail"
    assert only(documents, "event") == only(documents, "stream_datum") == []
    wait_until("all is at rest", is_at_rest)


def test_a_put_that_never_completes_fails_by_its_deadline(inject, staged):
    inject("cam:cam1", "hold")
    with pytest.raises(DeadlineError, match="exposing camera"):
        staged.trigger().wait(5.2 + PATIENCE)
    inject("cam:cam1", "hold", 0)


def test_a_spectrum_that_never_ends_fails_by_its_deadline(inject, connected):
    mca = connected(Mca("X:mca1", name="mca"))
    mca.prepare(CountPolicy(seconds=SECONDS))
    inject("mca1", "endless")
    with pytest.raises(DeadlineError, match=r"counting mca for 0\.1 s did not end within 5\.2 s"):
        mca.trigger().wait(5.2 + PATIENCE)
    wait_until("it is idle", lambda: read_pv("X:mca1.ACQG") == 0)
