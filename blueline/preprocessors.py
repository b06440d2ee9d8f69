"""What every plan of a session goes through: its devices answer, and the baseline is read."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bluesky.plan_stubs import declare_stream, trigger_and_read
from bluesky.preprocessors import set_run_key_wrapper
from bluesky.utils import Msg, RunEngineControlException

from blueline.connections import LOOK, Connections
from callbacks.isolate import reason_of
from planlib.wrapping import wrapped

if TYPE_CHECKING:
    from planlib.messages import MsgGenerator

#: Messages with which a plan begins to use a device, or shows that it will, by ``null``; what
#: cleans up is never refused.
_USES = frozenset(
    {"null", "stage", "prepare", "set", "locate", "trigger", "read", "monitor", "kickoff"}
)


class OnlyConnected:
    """Refuse a plan at its first message to a device of the session that does not answer.

    One that has had no time yet is waited for, while the engine heeds whoever interrupts it. A scan
    stages its devices before it opens a run or moves anything, so nothing has happened by then. A
    device that is lost later, in use, is for its own errors to tell.

    Parameters
    ----------
    connections
        Knows which devices answer.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Pass a plan through."""
        seen: set[int] = set()

        def around(message: Msg) -> "MsgGenerator | None":
            device = message.obj
            if message.command not in _USES or id(device) in seen:
                return None
            if self._connections.may_come(device):
                return self._when_come(message)
            self._connections.require(device)
            seen.add(id(device))
            return None

        return wrapped(plan, around)

    def _when_come(self, message: Msg) -> "MsgGenerator":
        """Send a message once its device has come, or has had its time."""
        while self._connections.may_come(message.obj):
            yield Msg("sleep", None, LOOK)
        self._connections.require(message.obj)
        return (yield message)


class Baseline:
    """Read devices before and after each run, those that answer when the plan begins.

    Parameters
    ----------
    devices
        Names of the devices.
    connections
        Knows which of them answer.
    notice
        Called with a sentence where others are left out than the last time.
    """

    def __init__(
        self, devices: Sequence[str], connections: Connections, notice: Callable[[str], None]
    ) -> None:
        self._names = devices
        self._connections = connections
        self._notice = notice
        self._left_out: list[str] = []

    def __call__(self, plan: "MsgGenerator") -> "MsgGenerator":
        """Wrap a plan."""
        missing = list(self._connections.look_again().missing(self._names))
        if missing and missing != self._left_out:
            self._notice(f"the baseline is read without {', '.join(missing)}: not connected")
        self._left_out = missing
        found = [self._connections.devices[name] for name in self._names if name not in missing]
        read = [WithoutReals(each) if hasattr(each, "reals") else each for each in found]
        return (yield from _with_baseline(plan, read, self._notice))


class WithoutReals:
    """A derived axis without the columns of the axes behind it, which the baseline has anyway.

    Parameters
    ----------
    axis
        One of ours, with its real axes as ``reals`` by name.
    """

    parent = None

    def __init__(self, axis: Any) -> None:  # noqa: ANN401 - any axis with `reals`
        self._axis = axis
        self.name: str = axis.name

    def read(self) -> dict[str, Any]:
        """Give the readings that are its own."""
        return self._own(self._axis.read())

    def describe(self) -> dict[str, Any]:
        """Describe them."""
        return self._own(self._axis.describe())

    def read_configuration(self) -> dict[str, Any]:
        """Give its configuration."""
        return self._axis.read_configuration()

    def describe_configuration(self) -> dict[str, Any]:
        """Describe that."""
        return self._axis.describe_configuration()

    def _own(self, found: dict[str, Any]) -> dict[str, Any]:
        own = (self.name, f"{self.name}_setpoint")
        return {key: value for key, value in found.items() if key in own}


def _with_baseline(
    plan: "MsgGenerator", devices: Sequence[Any], notice: Callable[[str], object] = lambda _: None
) -> "MsgGenerator":
    """Read devices into the stream ``baseline`` when a run is open and before it is closed.

    What has been measured is not lost, nor an error of the plan hidden, by a device that cannot be
    read when the run is closed: that is told, and added to the reason in the stop document.
    """

    def around(message: Msg) -> "MsgGenerator | None":
        if devices and message.command == "open_run":
            return _opening(message, devices)
        if devices and message.command == "close_run":
            return _closing(message, devices, notice)
        return None

    return wrapped(plan, around)


def _opening(message: Msg, devices: Sequence[Any]) -> "MsgGenerator":
    """Open a run and read devices."""
    answer = yield message
    yield from _of_run(declare_stream(*devices, name="baseline"), message)
    yield from _of_run(trigger_and_read(devices, name="baseline"), message)
    return answer


def _closing(
    message: Msg, devices: Sequence[Any], notice: Callable[[str], object]
) -> "MsgGenerator":
    """Read devices and close a run."""
    try:
        yield from _of_run(trigger_and_read(devices, name="baseline"), message)
    except RunEngineControlException:  # somebody stops or aborts the plan
        raise
    except Exception as error:  # whatever a device of any framework raises
        sentence = f"the baseline could not be read in the end: {reason_of(error)}"
        notice(sentence)
        reasons = filter(None, [message.kwargs.get("reason"), sentence])
        message = message._replace(kwargs={**message.kwargs, "reason": "; ".join(reasons)})
    return (yield message)


def _of_run(plan: "MsgGenerator", message: Msg) -> "MsgGenerator":
    return plan if message.run is None else set_run_key_wrapper(plan, message.run)
