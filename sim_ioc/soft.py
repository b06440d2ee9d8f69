"""A PV that only keeps what is put into it: a value of another system, a label, a switch."""

from typing import Literal

from pydantic import model_validator

from sim_ioc.channel_access.fields import Field, Kind, Value, checked, string
from sim_ioc.channel_access.fields import table as table_of
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.errors import PutRefusedError
from sim_ioc.settings import PartSettings, Words, setting
from sim_ioc.site import Site

_KINDS = {"number": Kind.DOUBLE, "integer": Kind.LONG, "text": Kind.STRING, "choice": Kind.ENUM}
_TYPES = {"number": "ao", "integer": "longout", "text": "stringout", "choice": "mbbo"}
_MOST_CHOICES = 16


class SoftSettings(PartSettings):
    """Describe a PV without anything behind it."""

    kind: Literal["pv"] = "pv"
    description: Words = setting(default="", max_length=39, description="What it is (DESC)")
    type: Literal["number", "integer", "text", "choice"] = setting(
        default="number", description="What it holds"
    )
    value: float | int | str = setting(default=0, description="Value at the start")
    unit: Words = setting(default="", max_length=7, description="Unit of a number (EGU)")
    low: float = setting(default=0.0, description="Lowest number that may be put")
    high: float = setting(default=0.0, description="Highest; equal to the lowest: any")
    precision: int = setting(default=3, ge=0, le=15, description="Decimals to show (PREC)")
    choices: tuple[Words, ...] = setting(
        default=(), max_length=_MOST_CHOICES, description="Words of a choice"
    )
    writable: bool = setting(default=True, description="Whether clients may put")

    @model_validator(mode="after")
    def _value_fits(self) -> "SoftSettings":
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("choices are given for the type 'choice', and only for it")
        if self.low > self.high:
            raise ValueError(f"low ({self.low:g}) is above high ({self.high:g})")
        checked(value_field(self), self.value)
        return self


def value_field(settings: SoftSettings) -> Field:
    """Return the field that holds the value."""
    return Field(
        "VAL",
        _KINDS[settings.type],
        settings.description or "Value",
        choices=settings.choices,
        unit="{EGU}",
        limits=("DRVL", "DRVH") if settings.low < settings.high else None,
        writable=settings.writable,
    )


class Soft(Record):
    """Serve one value."""

    def __init__(self, settings: SoftSettings, site: Site) -> None:
        fields = (
            value_field(settings),
            string("EGU", "Unit", writable=False),
            Field("PREC", Kind.SHORT, "Decimals to show", writable=False),
            Field("DRVL", Kind.DOUBLE, "Lowest that may be put", writable=False),
            Field("DRVH", Kind.DOUBLE, "Highest that may be put", writable=False),
            *COMMON_FIELDS,
        )
        initial: dict[str, Value] = {
            "VAL": checked(fields[0], settings.value),
            "EGU": settings.unit,
            "PREC": settings.precision,
            "DRVL": settings.low,
            "DRVH": settings.high,
            "DESC": settings.description,
        }
        super().__init__(site.pv(settings.name), _TYPES[settings.type], table_of(fields), **initial)
        self.handlers["VAL"] = self._put

    async def _put(self, value: Value) -> None:
        low, high = self.limits(self.fields["VAL"])
        if low < high and not low <= float(value) <= high:  # type: ignore[arg-type]
            raise PutRefusedError(
                f"VAL takes {low:g} to {high:g} {self.values['EGU']}, not {value}."
            )
        await self.post(VAL=value)
