"""IPython with a session in it."""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.session import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator


def run_shell(data: Path, port: int | None, time_factor: float, seed: int) -> None:
    """Open the prompt; it ends the beamline that it started.

    Parameters
    ----------
    data
        Folder for the files.
    port
        Of a running IOC, or None to start a virtual beamline.
    time_factor, seed
        Of the virtual beamline.
    """
    from IPython.terminal.embed import InteractiveShellEmbed

    with _beamline(port, time_factor, seed) as found, open_session(data, port=found) as session:
        prompt = InteractiveShellEmbed(
            banner1=banner(session), user_ns=session.namespace(), enable_tip=False
        )
        prompt.set_custom_exc(_sentences(), _show_sentence)
        prompt()


def banner(session: Session) -> str:
    """Say what is there and what to type first."""
    factor = session.RE.md.get("time_factor", 1.0)
    speed = "" if factor == 1.0 else f", {factor:g} times faster than life"
    return (
        f"blueline: virtual beamline{speed}; data go to {session.folder.root}\n"
        f"devices: {', '.join(session.devices)}\n"
        "try: RE(ascan(x, -1, 3, 20, 0.1))\n"
    )


@contextlib.contextmanager
def _beamline(port: int | None, time_factor: float, seed: int) -> "Iterator[int]":
    if port is not None:
        yield port
        return
    from sim_ioc.process import IocProcess

    with IocProcess(time_factor=time_factor, seed=seed) as ioc:
        yield ioc.port


def _sentences() -> tuple[type[Exception], ...]:
    from bluesky.utils import FailedStatus, RunEngineInterrupted

    from blueline.errors import BluelineError
    from callbacks import CallbackError
    from devices import DeviceError
    from planlib import PlanError

    return (
        BluelineError,
        CallbackError,
        DeviceError,
        PlanError,
        FailedStatus,
        RunEngineInterrupted,
    )


def _show_sentence(*arguments: Any, **_: Any) -> None:  # noqa: ANN401 - IPython's
    """Show an error that is a sentence already; IPython gives shell, class, error, traceback."""
    error = arguments[2]
    print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the prompt
