"""Every plan of the queue, sent by bluesky-queueserver-api and by `qserver` to real managers.

Each costs the manager about half a second. So each kind of Redis on this machine has its share of
them in `make test`, and all of them in `make soak`.
"""

from dataclasses import replace

import pytest

from blueline.consumers import PLOTS
from blueline.queue.configured import queue_settings
from blueline.queue.launching import bring_down, bring_up
from blueline.runs import RunArchive
from sim_ioc.process import IocProcess
from tests.system.queue_clients import qserver, run_by_library
from tests.system.queued_calls import CALLS, KINDS, NOT_RUN, SLOW_CALLS
from tests.system.running_queue import HERE, PACKAGED, RunningQueue, running_queue

#: Seconds for all plans, and for a share of them with its queue, on a busy machine.
ALL, LONG = 400.0, 180.0
#: A beamline with what the virtual one does not have.
FLYING = """
beamline:
  name: flying
  packages: [ophyd]
  channel_access: {{port: {port}}}
devices:
  - {{name: x, class: devices.Motor, prefix: "Q:sample:x"}}
  - {{name: tilt, class: "ophyd.sim:SynAxis"}}
  - {{name: diode, class: "ophyd.sim:SynGauss",
     arguments: {{motor: $tilt, motor_field: tilt, center: 0, Imax: 1}}}}
  - {{name: flyer, class: "ophyd.sim:MockFlyer",
     arguments: {{detector: $diode, motor: $tilt, start: 0, stop: 1, num: 3}}}}
"""
#: Plans that ask for the last scan are in the share of the one before them, with which all begin.
SHARES = {
    kind: list(CALLS)[n * len(CALLS) // len(HERE) :][: -(-len(CALLS) // len(HERE))]
    for n, kind in enumerate(HERE)
}


def not_as_said(results, plans, calls=CALLS):
    """Give what became of those plans that were not completed with their runs."""
    return {
        plan: results.get(plan)
        for plan in plans
        if plan not in results
        or results[plan]["exit_status"] != "completed"
        or len(results[plan]["run_uids"]) != calls[plan].runs
        or len(results[plan]["scan_ids"]) != calls[plan].runs
    }


def broken_runs(queue, results):
    """Give the runs that are not whole in the journals."""
    uids = {uid for result in results.values() for uid in result["run_uids"]}
    records = {record.start["uid"]: record for record in RunArchive(queue.data)}
    return [
        uid
        for uid in uids
        if uid not in records or records[uid].status != "success" or not records[uid].points
    ]


def test_every_plan_is_in_a_share():
    assert {plan for share in SHARES.values() for plan in share} == set(CALLS)
    assert set(SLOW_CALLS) == set(NOT_RUN)


@pytest.mark.timeout(LONG)
@pytest.mark.parametrize("kind", HERE)
def test_each_redis_has_a_share_of_the_plans_completed_with_whole_runs(kind, tmp_path):
    plans = SHARES[kind]
    with running_queue(tmp_path, redis=kind) as queue:
        assert queue.told["redis"].startswith(kind)
        results = run_by_library(queue, [CALLS[plan].item(plan) for plan in plans], ALL)
        assert not_as_said(results, plans) == {}
        assert broken_runs(queue, results) == []


@pytest.mark.timeout(LONG)
def test_plans_that_need_a_flyer_or_time_are_completed_where_there_are(tmp_path):
    with IocProcess("Q:", time_factor=10, seed=1) as ioc:
        (tmp_path / "beamline.yml").write_text(FLYING.format(port=ioc.port))
        settings = queue_settings(str(tmp_path), stream="none")
        settings = replace(settings, redis=PACKAGED)
        settings.environment[PLOTS] = "0"
        queue = RunningQueue(settings, tmp_path / "data", bring_up(settings))
        try:
            items = [call.item(name) for name, call in SLOW_CALLS.items()]
            results = run_by_library(queue, items, ALL)
        finally:
            bring_down(queue.place, even_if_running=True)
    assert not_as_said(results, SLOW_CALLS, SLOW_CALLS) == {}


@pytest.mark.soak
@pytest.mark.parametrize("kind", HERE)
def test_each_redis_has_all_plans_completed_by_either_client(kind, tmp_path):
    with running_queue(tmp_path, redis=kind) as queue:
        results = run_by_library(queue, [call.item(name) for name, call in CALLS.items()], ALL)
        assert not_as_said(results, CALLS) == {}
        assert broken_runs(queue, results) == []
        queue.clear()
        for name in KINDS:
            call = CALLS[name]
            item = {"name": name, "args": list(call.args), "kwargs": dict(call.kwargs)}
            done = qserver(queue, "queue", "add", "plan", repr(item))
            assert done.returncode == 0, done.stdout + done.stderr
        assert not_as_said(run_by_library(queue, [], ALL), KINDS) == {}
