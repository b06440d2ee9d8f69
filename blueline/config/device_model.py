"""What is written about a device, a group of counters and a guard."""

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from blueline.config.fields import ClassPath, Name, Strict, Words, each_once

#: What a session does with devices of these labels; other labels are free.
LABELS = {
    "baseline": "read before and after each run",
    "counter": "counted by scans that name no counters",
    "fact": "no device to plans: its value goes into each start document",
}
Label = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\w[\w -]*$")]


class DeviceModel(Strict):
    """One device: what to make, with what, and what a session uses it for."""

    name: Name = Field(description="What people type; once in the whole beamline")
    class_: ClassPath = Field(
        alias="class",
        description="Class to make: devices.Motor, or package.module:Class",
    )
    prefix: str | None = Field(
        default=None,
        max_length=200,
        description="First argument of the class: the beginning of its channels' names",
    )
    arguments: dict[str, Any] = Field(
        default_factory=dict,
        description=(
            "Other arguments by name; $name is another device, $name.part what it has, $data_set "
            "where frames go, a mapping with class and arguments something made in place"
        ),
    )
    labels: list[Label] = Field(
        default_factory=list,
        max_length=50,
        description="baseline, counter and fact are what a session looks for; others are free",
    )
    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="Values put when the device is connected, by attribute: velocity: 2.0",
    )
    enabled: bool = Field(default=True, description="false leaves the device out")
    later: bool = Field(
        default=False,
        description="true makes it when the others are connected: nobody waits for it",
    )
    shares_channels: bool = Field(
        default=False, description="true where another device has the same prefix on purpose"
    )
    documentation: Words = Field(default="", description="What it is, in a sentence")
    location: Words = Field(default="", description="Where it stands")

    _each_once = field_validator("labels")(each_once)

    @field_validator("prefix")
    @classmethod
    def _no_space(cls, prefix: str | None) -> str | None:
        if prefix is not None and any(map(str.isspace, prefix)):
            message = "names of channels have no spaces"
            raise ValueError(message)
        return prefix

    @field_validator("arguments")
    @classmethod
    def _no_name(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        if "name" in arguments:
            message = "the name of a device is its own key, and given to its class"
            raise ValueError(message)
        return arguments


class FormulaModel(Strict):
    """A column computed from the counters of a group."""

    expression: str = Field(description="Of columns by name, such as log(I0/It)", max_length=2000)
    unit: str = Field(default="", description="Of the result", max_length=40)
    precision: int = Field(default=4, description="Digits after the point in tables", ge=0, le=15)

    @field_validator("expression")
    @classmethod
    def _can_be_computed(cls, expression: str) -> str:
        from reduction.expression import Expression, ExpressionError  # takes numpy

        try:
            Expression(expression)
        except ExpressionError as error:
            raise ValueError(str(error)) from None
        return expression


class GroupModel(Strict):
    """A measurement group: counters that are one device to plans."""

    name: Name = Field(description="What people type; once in the whole beamline")
    counters: list[Name] = Field(
        description="Names of devices and other groups, counted together", min_length=1
    )
    formulas: dict[Name, str | FormulaModel] = Field(
        default_factory=dict, description="Further columns by name, such as mu: log(I0/It)"
    )
    master: str | None = Field(default=None, description="The counter with which the others end")
    labels: list[Label] = Field(default_factory=list, description="As those of a device")
    documentation: Words = Field(default="", description="What it is for, in a sentence")

    _each_once = field_validator("counters")(each_once)

    @field_validator("formulas")
    @classmethod
    def _are_formulas(cls, formulas: dict[str, Any]) -> dict[str, FormulaModel]:
        return {
            name: FormulaModel(expression=each) if isinstance(each, str) else each
            for name, each in formulas.items()
        }


class SuspenderModel(Strict):
    """A guard that suspends scans while a signal is bad."""

    name: Name = Field(description="Of the guard")
    signal: str = Field(
        description="$name or $name.part of the signal that is watched", pattern=r"^\$"
    )
    low: float | None = Field(default=None, description="Bad below it, in units of the signal")
    high: float | None = Field(default=None, description="Bad above it, in units of the signal")
    resume_low: float | None = Field(
        default=None, description="To be reached before it is good again"
    )
    resume_high: float | None = Field(
        default=None, description="Not to be passed before it is good again"
    )
    sleep: float = Field(
        default=0.0, ge=0, le=86400, description="Seconds for which it is good again"
    )
    class_: ClassPath | None = Field(
        default=None,
        alias="class",
        description="A suspender of others, given the signal and arguments",
    )
    arguments: dict[str, Any] = Field(
        default_factory=dict, description="Of that class, by name, as those of a device"
    )
    enabled: bool = Field(default=True, description="false leaves the guard out")
    documentation: Words = Field(default="", description="What it guards against")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        limits = [self.low, self.resume_low, self.resume_high, self.high]
        given = [limit for limit in limits if limit is not None]
        if self.class_ is None and self.arguments:
            message = "arguments are for a class: without one, give low or high"
            raise ValueError(message)
        if self.class_ is None and self.low is None and self.high is None:
            message = "a guard needs low or high"
            raise ValueError(message)
        own = {"low", "high", "resume_low", "resume_high", "sleep"} & self.model_fields_set
        if self.class_ is not None and own:
            message = f"{', '.join(sorted(own))}: a guard with a class has arguments in their place"
            raise ValueError(message)
        for limit in ("low", "high"):
            if getattr(self, f"resume_{limit}") is not None and getattr(self, limit) is None:
                message = f"resume_{limit} needs {limit}"
                raise ValueError(message)
        if given != sorted(given):
            message = "the limits are in this order: low, resume_low, resume_high, high"
            raise ValueError(message)
        return self
