"""What happens when a plan is called: its arguments are bound, and told in a sentence if wrong."""

import functools
import inspect
import warnings
from collections.abc import Callable, Generator
from inspect import BoundArguments, Parameter, Signature
from types import FrameType
from typing import Any, ParamSpec

from bluesky.utils import Msg

from planlib.by_name import device_parameters, has_names, looked_up
from planlib.errors import PlanError
from planlib.messages import MsgGenerator

P = ParamSpec("P")


class Plan(Generator[Msg, Any, Any]):
    """A plan that was called and waits to be run; it warns where its result was dropped (U6).

    It is a generator to everybody, and costs nothing while it runs: whoever iterates over it is
    given the generator itself.

    Parameters
    ----------
    name
        The plan's name.
    messages
        What it does.
    caller
        Where it was called.
    """

    def __init__(self, name: str, messages: MsgGenerator, caller: FrameType | None) -> None:
        self.__name__ = name
        self._messages = messages
        self._called_at = _place(caller)
        self._has_begun = False

    def __iter__(self) -> MsgGenerator:
        """Give the messages."""
        self._has_begun = True
        return self._messages

    def send(self, value: Any) -> Msg:  # noqa: ANN401 - the engine's answers
        """Give the next message."""
        self._has_begun = True
        return self._messages.send(value)

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Msg:  # noqa: ANN401
        """Raise an error where the plan is, and give the next message."""
        self._has_begun = True
        return self._messages.throw(typ if val is None else val.with_traceback(tb))

    def close(self) -> None:
        """Give the plan up."""
        self._has_begun = True
        self._messages.close()

    def __repr__(self) -> str:
        """Say how it is run."""
        return f"<plan {self.__name__}; RE(...) runs it, `yield from` does within another plan>"

    def __del__(self) -> None:
        """Warn of a plan that nobody has taken: bluesky would call that a success.

        It is then dropped by the very line that has called it. One that was kept and not run, for
        whatever reason, is not warned of.
        """
        frame = inspect.currentframe()
        if not self._has_begun and frame is not None and _place(frame.f_back) == self._called_at:
            warnings.warn(
                f"{self.__name__}(...) was called and does not run: was `yield from` forgotten?",
                RuntimeWarning,
                stacklevel=2,
            )


def _place(frame: FrameType | None) -> tuple[Any, int] | None:
    return None if frame is None else (frame.f_code, frame.f_lineno)


def caller() -> FrameType | None:
    """Give the frame that has called the function which asks."""
    frame = inspect.currentframe()
    asking = None if frame is None else frame.f_back
    return None if asking is None else asking.f_back


def plan(
    example: str, *, name: str = ""
) -> Callable[[Callable[P, MsgGenerator]], Callable[P, MsgGenerator]]:
    """Have a plan tell wrong calls in a sentence, at once, with a right one (U3).

    Where a device is expected its name does as well: the session is asked for it (PS-01).

    The signature, the hints and the documentation are the plan's own.

    Parameters
    ----------
    example
        A right call.
    name
        What people call it; the function's name where nothing is given.
    """

    def decorate(function: Callable[P, MsgGenerator]) -> Callable[P, MsgGenerator]:
        signature = inspect.signature(function)
        called = name or function.__name__
        devices = device_parameters(signature)

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> MsgGenerator:
            bound = bind(called, signature, example, args, kwargs)
            if has_names(bound, devices):
                return Plan(called, looked_up(function, bound, devices), caller())
            return Plan(called, function(*args, **kwargs), caller())

        return marked(checked, signature)

    return decorate


def marked(function: Callable[P, Any], signature: Signature) -> Callable[P, Any]:
    """Have bluesky (`bluesky.utils.is_plan`) know a plan that is no generator function."""
    function.__dict__.update(_is_plan_=True, __signature__=signature)
    return function


def bind(
    name: str, signature: Signature, example: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> BoundArguments:
    """Bind arguments to the parameters of a plan.

    Raises
    ------
    PlanError
        Some are missing, or too many.
    """
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        wrong = _missing(signature, args, kwargs) or str(error)
        message = f"{name}: {wrong}; a right call is {example}"
        raise PlanError(message) from error


def _missing(signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    try:
        bound = signature.bind_partial(*args, **kwargs)
    except TypeError:
        return ""
    missing = [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.default is Parameter.empty
        and parameter.kind in {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}
        and parameter.name not in bound.arguments
    ]
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
