"""Say of a plan or command that was not run how it is run, and of a device what it is."""

import contextlib
import inspect
import types
from collections.abc import Iterator
from typing import Any

from blueline.plain_text import plain_text
from blueline.shell.axis_view import asked
from blueline.shell.usage import examples, usage

#: Packages whose generators are plans.
_PLANS = ("planlib", "bluesky")
_COMMANDS = ("planlib", "blueline")


def is_plan(thing: object) -> bool:
    """Whether something is a plan that was called: ours, or a generator of bluesky's."""
    if type(thing).__name__ == "Plan":
        return True
    if not isinstance(thing, types.GeneratorType):
        return False
    frame = thing.gi_frame
    package = "" if frame is None else str(frame.f_globals.get("__name__", ""))
    return package.partition(".")[0] in _PLANS


def explanation(plan: object) -> str:
    """Give the sentence for a plan that was not run.

    Examples
    --------
    >>> print(explanation(iter([])))
    this plan has not run: RE(_) runs it now; plan(...) is run by RE(plan(...)), or plan ...
    """
    name = getattr(plan, "__name__", "plan")
    return (
        f"this plan has not run: RE(_) runs it now; {name}(...) is run by RE({name}(...)), "
        f"or {name} ..."
    )


def described(function: types.FunctionType) -> str:
    """Give how a plan or command is typed, what it does, and where there is more.

    Examples
    --------
    >>> def wa():
    ...     '''Show where all axes are.'''
    >>> described(wa)
    'wa: Show where all axes are; help_me("wa") shows more'
    """
    name = function.__name__
    first = plain_text(inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
    typed = usage(name, inspect.signature(function))
    return f'{typed}: {first or "not described"}; help_me("{name}") shows more'


def lasting(function: types.FunctionType) -> str:
    """Give how a command is used that lasts as long as what is done within it.

    Examples
    --------
    >>> from blueline.shell.rocking import rockit
    >>> print(lasting(rockit))
    rockit lasts as long as what is done within: with rockit(theta, 0.5): ...; nothing was done
    """
    name = function.__name__
    typical = next(iter(examples(function)), f"with {name}(...):")
    return f"{name} lasts as long as what is done within: {typical} ...; nothing was done"


def told(device: Any) -> str:  # noqa: ANN401 - of any framework
    """Give what a device says of itself; what it is where it says nothing."""
    if not callable(getattr(device, "info", None)):
        return repr(device)
    text, why = asked(lambda: str(device.info()))
    return text or f"{device.name}: {why}"


def explain_at(shell: Any) -> None:  # noqa: ANN401 - IPython's
    """Have a shell show these sentences where it would show a plan, a command or a device."""
    shown = shell.display_formatter.formatters["text/plain"]

    def show(plan: object, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's
        _ = cycle
        printer.text(explanation(plan) if is_plan(plan) else repr(plan))

    def show_function(function: Any, printer: Any, cycle: bool) -> None:  # noqa: ANN401
        if function.__module__.partition(".")[0] in _COMMANDS:
            printer.text(described(function))
        else:
            other(function, printer, cycle)

    def show_block(block: Any, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's
        _ = cycle
        ours = str(getattr(block.func, "__module__", "")).partition(".")[0] in _COMMANDS
        printer.text(lasting(block.func) if ours else repr(block))

    def show_device(device: Any, printer: Any, cycle: bool) -> None:  # noqa: ANN401 - IPython's
        _ = cycle
        printer.text(told(device))

    other: Any = shown.lookup_by_type(types.FunctionType)
    shown.for_type(types.FunctionType, show_function)
    shown.for_type(types.GeneratorType, show)
    shown.for_type(type(_block()), show_block)
    shown.for_type_by_name("ophyd.ophydobj", "OphydObject", show_device)
    shown.for_type_by_name("planlib.calls", "Plan", show)
    shown.for_type_by_name("bluesky.utils", "Plan", show)


@contextlib.contextmanager
def _block() -> Iterator[None]:
    """Do nothing; the type of such blocks has no public name."""
    yield
