"""A bank of filters: foils that are driven into the beam, and what all of them let through."""

from functools import partial
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from sim_ioc.beam.blade import Blade, Callback
from sim_ioc.channel_access.fields import Field, Kind, menu, readback, string, table
from sim_ioc.channel_access.group import Group
from sim_ioc.physics.absorption import attenuation
from sim_ioc.physics.elements import ELEMENTS
from sim_ioc.settings import PartName, PartSettings, Words, setting
from sim_ioc.site import Site

_STATES = ("Out", "In")
_MOST_FILTERS = 64


class FilterSettings(BaseModel):
    """Describe one foil."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    material: Words = setting(
        default="Al",
        min_length=1,
        max_length=24,
        description="Element, formula or name of a material: Al, Al2O3, kapton",
    )
    thickness: float = setting(default=0.1, ge=0.0, le=1e3, description="Thickness, mm")
    density: float = setting(
        default=0.0, ge=0.0, le=30.0, description="Density, g/cm³; 0: the tabulated one"
    )
    is_in: bool = setting(default=False, description="Whether it is in the beam at the start")

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        # tables are loaded late, and elements are known without: the built-in beamline starts fast
        if self.material not in ELEMENTS:
            attenuation(self.material, self.density)
        return self


def _aluminium() -> tuple[FilterSettings, ...]:
    return tuple(FilterSettings(thickness=thickness) for thickness in (0.05, 0.1, 0.2, 0.4))


class FiltersSettings(PartSettings):
    """Describe a bank of filters."""

    kind: Literal["filters"] = "filters"
    name: PartName = setting(
        default="filters", description="What follows the prefix in the names of its PVs"
    )
    filters: tuple[FilterSettings, ...] = setting(
        default_factory=_aluminium, max_length=_MOST_FILTERS, description="Its foils, in order"
    )
    travel_time: float = setting(
        default=0.3, ge=0.0, le=60.0, description="Time that a foil takes, s"
    )


class Filters:
    """Serve `1`, `1_RBV`, `1_name`, `2` and so on, and `transmission` at the present energy."""

    def __init__(self, settings: FiltersSettings, site: Site) -> None:
        self.settings = settings
        self.group = Group(
            site.pv(settings.name) + ":",
            table(_fields(settings)),
            transmission=1.0,
            PREC=6,
            **_initial(settings),
        )
        self.records = [self.group]
        self._blades = [
            Blade(
                (self.group, str(number)),
                (self.group, f"{number}_RBV"),
                site.clock,
                settings.travel_time,
            )
            for number in _numbers(settings)
        ]
        for number, blade in zip(_numbers(settings), self._blades, strict=True):
            self.group.handlers[str(number)] = partial(self._put, blade)

    async def _put(self, blade: Blade, wanted: int) -> None:
        await blade.put(wanted)

    def watch(self, callback: Callback) -> None:
        """Call `callback` just before a foil is in, or out."""
        for blade in self._blades:
            blade.watch(callback)

    @property
    def are_in(self) -> tuple[bool, ...]:
        """Say of each foil whether it is in the beam."""
        return tuple(bool(blade.state) for blade in self._blades)

    async def show(self, transmission: float) -> None:
        """Show what the whole bank lets through."""
        await self.group.post_changes(transmission=transmission)


def _numbers(settings: FiltersSettings) -> range:
    return range(1, len(settings.filters) + 1)


def _fields(settings: FiltersSettings) -> list[Field]:
    fields = [readback("transmission", "Part of the beam that passes the filters")]
    for number in _numbers(settings):
        fields += [
            menu(f"{number}", f"Filter {number} command", _STATES),
            Field(
                f"{number}_RBV",
                Kind.ENUM,
                f"Filter {number} status",
                choices=_STATES,
                writable=False,
            ),
            string(f"{number}_name", f"What filter {number} is", writable=False),
        ]
    return fields


def _initial(settings: FiltersSettings) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for number, foil in enumerate(settings.filters, start=1):
        values |= {f"{number}": int(foil.is_in), f"{number}_RBV": int(foil.is_in)}
        values[f"{number}_name"] = f"{foil.material} {foil.thickness:g} mm"
    return values
