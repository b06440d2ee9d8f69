"""What libca would print on the terminal, such as lost connections, goes to the log instead."""

import ctypes
import logging
from typing import Any

from devices.channel_access import explain

# isort: split
# after ophyd, which chooses the libca
from epics import ca

log = logging.getLogger(__name__)
_NOWHERE = logging.NullHandler()


class _Exception(ctypes.Structure):
    """``struct exception_handler_args`` of cadef.h."""

    _fields_ = (
        ("usr", ctypes.c_void_p),
        ("chid", ctypes.c_void_p),
        ("type", ctypes.c_long),
        ("count", ctypes.c_long),
        ("addr", ctypes.c_void_p),
        ("stat", ctypes.c_long),
        ("op", ctypes.c_long),
        ("context", ctypes.c_char_p),
        ("file", ctypes.c_char_p),
        ("line", ctypes.c_uint),
    )


@ctypes.CFUNCTYPE(None, _Exception)
def _log_exception(what: Any) -> None:  # noqa: ANN401 - a ctypes structure has no useful type
    log.warning("%s: %s", explain(what.stat), (what.context or b"").decode(errors="replace"))


def log_client_messages() -> None:
    """Send what libca would print on the terminal, such as lost connections, to the log."""
    if ca.libca is None:  # else pyepics would exchange the library while its threads use it
        ca.initialize_libca()
    log.addHandler(_NOWHERE)  # or Python prints what comes after the end of the log file
    libca: Any = ca.libca
    libca.ca_add_exception_event(_log_exception, None)
    ca.replace_printf_handler(lambda text: log.info("%s", text.strip()))
