"""Axes that need no IOC: soft ones around plain attributes."""

from types import SimpleNamespace

from devices.axes.pseudo_motor import PseudoMotor
from devices.axes.soft_axis import SoftAxis
from tests.waiting import PATIENCE


def soft(name, position=0.0, limits=(-1000.0, 1000.0), egu="mm", **options):
    """Make one axis; its attribute is `value`."""
    thing = SimpleNamespace(value=position)
    return SoftAxis(thing, "value", name=name, egu=egu, limits=limits, **options)


def go(axis, target):
    """Move and wait."""
    axis.set(target).wait(PATIENCE)


class Slow:
    """Something that moves when it is let go, or when somebody stops it."""

    def __init__(self):
        import threading

        self.where = 0.0
        self.calls = []
        self.may_end = threading.Event()

    def go(self, target):
        self.calls.append(target)
        assert self.may_end.wait(PATIENCE)
        if self.calls[-1] == target:
            self.where = target

    def stop(self):
        self.calls.append("stop")
        self.may_end.set()


def slow(name, **options):
    """Make an axis around something `Slow`."""
    return SoftAxis(Slow(), "where", "go", name=name, egu="mm", limits=(-1000, 1000), **options)


def pseudo(name="p", reals=None, forward=None, inverse="A[x] / 2", **options):
    """Make an axis that is half of x, unless told otherwise."""
    return PseudoMotor(
        name=name,
        reals={"x": soft("x")} if reals is None else reals,
        forward={"x": f"2 * T[{name}]"} if forward is None else forward,
        inverse=inverse,
        **{"egu": "mm", **options},
    )
