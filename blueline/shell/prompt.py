"""IPython with a session in it."""

import contextlib
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.opening import open_session
from blueline.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator


#: Characters of a line that any terminal has.
_WIDTH = 100
#: What bluesky says of this is no advice.
_PAUSED = "a scan is paused: RE.resume() goes on; RE.stop() or RE.abort() ends it"


def run_shell(
    data: Path, port: int | None, time_factor: float, seed: int, stream: str | None = None
) -> None:
    """Open the prompt; it ends the beamline that it started.

    Parameters
    ----------
    data
        Folder for the files.
    port
        Of a running IOC, or None to start a virtual beamline.
    time_factor, seed
        Of the virtual beamline.
    stream
        Address at which other programs can follow the documents; None for no stream.
    """
    from IPython.terminal.embed import InteractiveShellEmbed

    with (
        _beamline(port, time_factor, seed) as found,
        open_session(data=data, port=found, stream=stream) as session,
    ):
        prompt = InteractiveShellEmbed(
            banner1=banner(session), user_ns=session.namespace(), enable_tip=False
        )
        prompt.set_custom_exc((*_sentences(), RuntimeError), _show_sentence)
        prompt()


def banner(session: Session) -> str:
    """Say what is there and what to type first."""
    names = ", ".join(session.devices)
    factor = session.RE.md.get("time_factor", 1.0)
    speed = "" if factor == 1.0 else f", {factor:g} times faster than life"
    return (
        f"blueline: virtual beamline{speed}; data go to {session.folder.root}\n"
        f"{_wrapped(f'devices: {names}')}\n"
        "beside them: the plans of planlib, bluesky's as bp and bps, session, last_scan,\n"
        "health(), consumers(), plotselect()\n"
        "try: RE(ascan(x, -1, 3, 20, 0.1))\n"
    )


def _wrapped(line: str) -> str:
    return textwrap.fill(line, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


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
    from planlib.stepping import HookError

    return (
        BluelineError,
        CallbackError,
        DeviceError,
        PlanError,
        FailedStatus,
        HookError,
        RunEngineInterrupted,
    )


def _show_sentence(*arguments: Any, **_: Any) -> None:  # noqa: ANN401 - IPython's
    """Show an error that is a sentence already; IPython gives shell, class, error, traceback."""
    shell, kind, error, traceback = arguments[:4]
    said = _PAUSED if str(error) == "The RunEngine is in a paused state" else str(error)
    if said is not _PAUSED and not isinstance(error, _sentences()):
        shell.showtraceback((kind, error, traceback))
        return
    print(f"{kind.__name__}: {said}", file=sys.stderr, flush=True)  # noqa: T201 - the prompt
