"""Pseudo axes of ours and of ophyd, over axes with limits."""

from types import SimpleNamespace
from typing import Any

from ophyd import Component, PseudoPositioner, PseudoSingle, SoftPositioner
from ophyd.pseudopos import pseudo_position_argument, real_position_argument

from devices import Member, PseudoAxis, PseudoGroup, SoftAxis


class Double:
    """The real axis goes twice as far."""

    def forward(self, pseudo: Any) -> Any:
        return {"real": 2 * pseudo}

    def inverse(self, reals: Any) -> Any:
        return reals["real"] / 2


class Pair:
    """Two blades around a center."""

    def forward(self, members: Any) -> Any:
        return {
            "a": members["center"] - members["gap"] / 2,
            "b": members["center"] + members["gap"] / 2,
        }

    def inverse(self, reals: Any) -> Any:
        return {"gap": reals["b"] - reals["a"], "center": (reals["a"] + reals["b"]) / 2}


def doubled() -> tuple[Any, Any]:
    """A pseudo axis, and the real one with limits of -9 to 9."""
    real = SoftAxis(SimpleNamespace(x=0.0), "x", name="real", egu="mm", limits=(-9, 9))
    return PseudoAxis(name="double", reals={"real": real}, formula=Double(), egu="mm"), real


def slit() -> Any:
    """Gap 2 and center 0 over blades with limits of -9 to 9."""
    stage = SimpleNamespace(a=-1.0, b=1.0)
    reals = {name: SoftAxis(stage, name, name=name, egu="mm", limits=(-9, 9)) for name in "ab"}
    members = {"gap": Member("mm"), "center": Member("mm")}
    return PseudoGroup(name="slit", reals=reals, formula=Pair(), members=members)


class Table(PseudoPositioner):
    """ophyd's way to do it: a sum and a difference of two axes."""

    total = Component(PseudoSingle)
    half = Component(PseudoSingle)
    left = Component(SoftPositioner, limits=(-9, 9), init_pos=0.0)
    right = Component(SoftPositioner, limits=(-9, 9), init_pos=0.0)

    @pseudo_position_argument
    def forward(self, pseudo: Any) -> Any:
        return self.RealPosition(left=pseudo.total - pseudo.half, right=pseudo.total + pseudo.half)

    @real_position_argument
    def inverse(self, real: Any) -> Any:
        return self.PseudoPosition(
            total=(real.left + real.right) / 2, half=(real.right - real.left) / 2
        )
