"""A reference foil behind the sample: its edge, measured besides, calibrates the energy."""

from typing import Literal

from sim_ioc.beam.blade import Blade, Callback
from sim_ioc.beam.element import KElement
from sim_ioc.channel_access.fields import Field, Kind, menu, readback, string, table
from sim_ioc.channel_access.group import Group
from sim_ioc.settings import PartName, PartSettings, setting
from sim_ioc.site import Site

_STATES = ("Out", "In")


class ReferenceSettings(PartSettings):
    """Describe a reference foil."""

    kind: Literal["reference"] = "reference"
    name: PartName = setting(
        default="reference", description="What follows the prefix in the names of its PVs"
    )
    element: KElement = setting(default="Cu", description="Element of the foil")
    thickness: float = setting(default=0.005, ge=0.0, le=100.0, description="Thickness, mm")
    is_in: bool = setting(default=True, description="Whether it is in the beam at the start")
    travel_time: float = setting(
        default=0.3, ge=0.0, le=60.0, description="Time that the foil takes, s"
    )


class Reference:
    """Serve `foil` and `foil_RBV`, in or out, and what the foil is."""

    def __init__(self, settings: ReferenceSettings, site: Site) -> None:
        self.settings = settings
        fields = (
            menu("foil", "Reference foil command", _STATES),
            Field(
                "foil_RBV",
                Kind.ENUM,
                "Reference foil status",
                choices=_STATES,
                writable=False,
            ),
            string("element", "Element of the reference foil", writable=False),
            readback("thickness", "Thickness of the reference foil", "mm"),
        )
        self.group = Group(
            site.pv(settings.name) + ":",
            table(fields),
            foil=int(settings.is_in),
            foil_RBV=int(settings.is_in),
            element=settings.element,
            thickness=settings.thickness,
            PREC=4,
        )
        self.records = [self.group]
        self._blade = Blade(
            (self.group, "foil"), (self.group, "foil_RBV"), site.clock, settings.travel_time
        )
        self.group.handlers["foil"] = self._blade.put

    def watch(self, callback: Callback) -> None:
        """Call `callback` just before the foil is in, or out."""
        self._blade.watch(callback)

    @property
    def is_in(self) -> bool:
        """Say whether the foil is in the beam."""
        return bool(self._blade.state)
