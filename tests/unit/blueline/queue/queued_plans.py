"""What the plans of the queue are tested with: devices, and the queue server's own functions."""

from dataclasses import dataclass
from typing import Any

from bluesky_queueserver.manager import profile_ops
from ophyd import Signal
from ophyd.sim import SynAxis, SynGauss

from blueline.queue.annotate import annotated
from blueline.queue.offered import queue_devices
from blueline.queue.plans import known_plans
from devices import Member, PseudoGroup, SoftAxis

GROUP = "primary"


class Halves:
    """The formula of two blades."""

    def forward(self, members: Any) -> Any:
        return {"a": members["mean"] - members["half"], "b": members["mean"] + members["half"]}

    def inverse(self, reals: Any) -> Any:
        return {"mean": (reals["a"] + reals["b"]) / 2, "half": (reals["b"] - reals["a"]) / 2}


class Shutter(Signal):
    """Is set to words."""

    STATES = ("open", "closed")


def make_devices() -> dict[str, Any]:
    """Two motors, a detector, a shutter, a slit of two blades, and one that none can name."""
    blades = type("Blades", (), {"a": 1.0, "b": 3.0})()
    reals = {name: SoftAxis(blades, name, name=name, limits=(-9, 9)) for name in "ab"}
    members = {"mean": Member("mm"), "half": Member("mm")}
    motor = SynAxis(name="x", labels={"motors"})
    detector = SynGauss("det", motor, "x", center=0, Imax=100, labels={"detectors"})
    return {
        "x": motor,
        "y": SynAxis(name="y", labels={"motors"}),
        "det": detector,
        "shutter": Shutter(name="shutter", value="closed"),
        "slit": PseudoGroup(name="slit", reals=reals, formula=Halves(), members=members),
        "mro": SynAxis(name="mro", labels={"motors"}),
    }


@dataclass
class Queue:
    """Plans and devices as the queue server has found them in a worker's names."""

    names: dict[str, Any]
    plans: dict[str, Any]
    devices: dict[str, Any]

    def refusal(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Give why an item is refused at its submission; nothing where it is taken."""
        item = {"name": name, "args": list(args), "kwargs": kwargs}
        taken, why = profile_ops.validate_plan(
            item, allowed_plans=self.plans, allowed_devices=self.devices
        )
        assert taken == (not why)
        return why

    def begun(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Give the plan that the worker runs for an item."""
        item = {"name": name, "args": list(args), "kwargs": kwargs, "user_group": GROUP}
        ready = profile_ops.prepare_plan(
            item,
            plans_in_nspace=profile_ops.plans_from_nspace(self.names),
            devices_in_nspace=profile_ops.devices_from_nspace(self.names),
            allowed_plans={GROUP: self.plans},
            allowed_devices={GROUP: self.devices},
            nspace=self.names,
        )
        return ready["callable"](*ready["args"], **ready["kwargs"])

    def parameter(self, plan: str, name: str) -> dict[str, Any]:
        """Give what clients are told of a parameter."""
        return next(each for each in self.plans[plan]["parameters"] if each["name"] == name)


def make_queue(devices: dict[str, Any], **site: Any) -> Queue:
    """Give the queue server what a worker's names are, and have it look at them."""
    plans = {name: annotated(each) for name, each in known_plans(devices, site).items()}
    names = {**queue_devices(devices), **plans}
    told, found, *_ = profile_ops.existing_plans_and_devices_from_nspace(nspace=names)
    return Queue(names, told, found)
