"""bluesky's magics, ``%mov x 3``, on the session's engine, loaded when one is typed first.

Their module makes an engine of its own when it is imported, which takes seconds and leaves a
thread: that engine is ended, and theirs is ours.
"""

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

#: The magics that bluesky 1.15 has.
NAMES = ("ct", "mov", "movr", "wa")
#: Seconds that the end of an engine nobody uses is waited for.
_DEADLINE = 1.0
_POLL = 0.005


def register_magics(
    shell: Any,  # noqa: ANN401 - IPython's
    engine: Any,  # noqa: ANN401 - bluesky's
    devices: Mapping[str, Any],
    counters: Callable[[], Iterable[str]],
) -> None:
    """Have a shell know bluesky's magics.

    Parameters
    ----------
    shell
        IPython's.
    engine
        Runs what they ask for.
    devices
        By name: what can be moved gets the label ``motors``, by which ``%wa`` lists.
    counters
        Gives the names of those that ``%ct`` reads: they get the label ``detectors``.
    """
    made: list[Any] = []
    given: dict[str, str] = {}

    def magics() -> Any:  # noqa: ANN401 - bluesky's
        if not made:
            made.append(_bluesky_magics(shell, engine))
        _label(devices, counters(), given)
        return made[0]

    for name in NAMES:
        shell.register_magic_function(_late(magics, name), "line", name)


def _late(magics: Callable[[], Any], name: str) -> Callable[[str], Any]:
    def run(line: str) -> Any:  # noqa: ANN401 - what bluesky's gives
        return getattr(magics(), name)(line)

    run.__doc__ = f"Run bluesky's %{name}; see bluesky.magics."
    return run


def _bluesky_magics(shell: Any, engine: Any) -> Any:  # noqa: ANN401
    is_first = "bluesky.magics" not in sys.modules
    from bluesky.magics import BlueskyMagics

    if is_first:
        _end(BlueskyMagics.RE)
    BlueskyMagics.RE = engine
    return BlueskyMagics(shell)


def _end(engine: Any) -> None:  # noqa: ANN401
    """End the loop and the thread of the engine that was made by an import."""
    loop = engine.loop
    loop.call_soon_threadsafe(loop.stop)
    ends = time.monotonic() + _DEADLINE
    while loop.is_running() and time.monotonic() < ends:
        time.sleep(_POLL)
    if not loop.is_running():
        loop.close()


def _label(devices: Mapping[str, Any], counters: Iterable[str], given: dict[str, str]) -> None:
    """Label devices as the magics look for them, those that were not labelled otherwise.

    What was given before is taken back first: other devices may be counted by now.
    """
    counted = set(counters)
    for name, device in devices.items():
        labels = getattr(device, "_ophyd_labels_", None)  # bluesky has no public name for it
        if not isinstance(labels, set):
            continue
        labels.discard(given.pop(name, ""))
        label = "" if labels else _label_of(device, is_counted=name in counted)
        if label:
            labels.add(label)
            given[name] = label


def _label_of(device: Any, *, is_counted: bool) -> str:  # noqa: ANN401 - any device
    if is_counted:
        return "detectors"
    is_axis = hasattr(type(device), "position") and not getattr(device, "members", None)
    return "motors" if is_axis else ""
