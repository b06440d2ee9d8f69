"""Plans: what to do, as messages to bluesky's RunEngine, checked before anything moves."""

from planlib import py4syn
from planlib.agents import AdaptiveSteps, Agent, adaptive, agent_scan
from planlib.align import Target, align, find_max
from planlib.context import SessionContext
from planlib.control import ScanControl
from planlib.counting import Bounds, Counted, SafeRates, attenuate, count_until, rate
from planlib.detector import Detector
from planlib.drive import NotReachedError, drive, wait_until
from planlib.dryrun import Report, check
from planlib.errors import NoSessionError, NotFoundError, PlanError
from planlib.goto import (
    cen,
    com,
    find_position,
    fwhm,
    goto_cen,
    goto_com,
    goto_custom,
    goto_min,
    goto_peak,
    peak,
)
from planlib.jog import jog, jogging
from planlib.repeat import repeat
from planlib.restore import restore_motor_positions
from planlib.runscan import runscan
from planlib.scan_hooks import ScanHooks
from planlib.sequences import at_each, sequence
from planlib.shutters import OpenAtPoints, OpenForScan
from planlib.spec import (
    a2scan,
    a3mesh,
    a3scan,
    a4scan,
    a5scan,
    amesh,
    anmesh,
    anscan,
    ascan,
    ct,
    d2scan,
    d3scan,
    d4scan,
    d5scan,
    dmesh,
    dnscan,
    dscan,
    lineup,
    lookupscan,
    loopscan,
    lup,
    mesh,
    pointscan,
    sct,
    timescan,
)
from planlib.stepping import (
    ChainPreset,
    Hook,
    Hooks,
    PointPreset,
    Retry,
    ScanPreset,
    StepScan,
    step_scan,
)
from planlib.stepscan import PutTrigger, stepscan
from planlib.suspenders import Guard
from planlib.trajectories import DEFAULT_REGIONS, Region, Trajectory, regions_from_bounds
from planlib.xafs import edge_energy, move_to_edge, xafs

__all__ = [
    "DEFAULT_REGIONS",
    "AdaptiveSteps",
    "Agent",
    "Bounds",
    "ChainPreset",
    "Counted",
    "Detector",
    "Guard",
    "Hook",
    "Hooks",
    "NoSessionError",
    "NotFoundError",
    "NotReachedError",
    "OpenAtPoints",
    "OpenForScan",
    "PlanError",
    "PointPreset",
    "PutTrigger",
    "Region",
    "Report",
    "Retry",
    "SafeRates",
    "ScanControl",
    "ScanHooks",
    "ScanPreset",
    "SessionContext",
    "StepScan",
    "Target",
    "Trajectory",
    "a2scan",
    "a3mesh",
    "a3scan",
    "a4scan",
    "a5scan",
    "adaptive",
    "agent_scan",
    "align",
    "amesh",
    "anmesh",
    "anscan",
    "ascan",
    "at_each",
    "attenuate",
    "cen",
    "check",
    "com",
    "count_until",
    "ct",
    "d2scan",
    "d3scan",
    "d4scan",
    "d5scan",
    "dmesh",
    "dnscan",
    "drive",
    "dscan",
    "edge_energy",
    "find_max",
    "find_position",
    "fwhm",
    "goto_cen",
    "goto_com",
    "goto_custom",
    "goto_min",
    "goto_peak",
    "jog",
    "jogging",
    "lineup",
    "lookupscan",
    "loopscan",
    "lup",
    "mesh",
    "move_to_edge",
    "peak",
    "pointscan",
    "py4syn",
    "rate",
    "regions_from_bounds",
    "repeat",
    "restore_motor_positions",
    "runscan",
    "sct",
    "sequence",
    "step_scan",
    "stepscan",
    "timescan",
    "wait_until",
    "xafs",
]
