"""Which processes a run asks for in its start document (BL-158).

One stream for each entry, in their order, so that a later one may use what an earlier one gives::

    {"processing": {
        "rois": {"kind": "regions", "image": "camera", "regions": {"spot": [200, 200, 112, 112]}},
        "normalised": {"kind": "formulas", "formulas": {"spot_norm": "spot / I0"}},
        "denoised": {"kind": "denoise", "strength": 50.0, "names": ["If"]}}}
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from callbacks.denoised import Denoise
from callbacks.errors import ConsumerError
from callbacks.formulas import Formulas
from callbacks.processing import Process, Processed
from callbacks.queued import reason_of
from callbacks.region_sums import RegionSums
from callbacks.routing import Document

#: Key of the start document.
PROCESSING = "processing"
#: Streams that are measured, not derived.
_MEASURED = frozenset({"primary", "baseline"})

KINDS: Mapping[str, Callable[..., Process]] = {
    "regions": RegionSums,
    "formulas": Formulas,
    "denoise": Denoise,
}


def process_of(stream: str, told: Mapping[str, Any]) -> Process:
    """Make the process that a description means.

    Raises
    ------
    ConsumerError
        There is no such kind, or it does not take these settings.
    ReductionError
        A setting cannot be meant.

    Examples
    --------
    >>> process_of("rois", {"kind": "regions", "image": "camera", "regions": {"a": [0, 0, 9, 9]}})
    RegionSums(image='camera', regions={'a': [0, 0, 9, 9]}, statistic='sum', deadline=5.0)
    """
    settings = dict(told)
    kind = settings.pop("kind", None)
    if stream in _MEASURED:
        message = f"the stream {stream} is measured: give what is derived another name"
        raise ConsumerError(message)
    if kind not in KINDS:
        message = f"the processing {stream} is of kind {', '.join(KINDS)}, and not {kind!r}"
        raise ConsumerError(message)
    try:
        return KINDS[str(kind)](**settings)
    except (TypeError, AttributeError) as error:
        message = f"the processing {stream} cannot be: {reason_of(error)}"
        raise ConsumerError(message) from error


def processes_of(
    start: Document, tell: Callable[[str], object] = lambda _problem: None
) -> dict[str, Process]:
    """Give the processes that a run asks for, by the name of their stream.

    Parameters
    ----------
    tell
        Called with a sentence for each that cannot be made; the others are.
    """
    told = start.get(PROCESSING)
    found: dict[str, Process] = {}
    for stream, settings in (told if isinstance(told, Mapping) else {}).items():
        try:
            if not isinstance(settings, Mapping):
                message = f"the processing {stream} is a mapping with a kind, not {settings!r:.60}"
                raise ConsumerError(message)
            found[str(stream)] = process_of(str(stream), settings)
        except (ConsumerError, ValueError) as error:
            tell(str(error))
    return found


def settled_processes_of(start: Document) -> dict[str, Process]:
    """Give the processes of a run that is over: of its frames none is waited for any more."""
    return {
        stream: replace(process, deadline=0.0) if isinstance(process, RegionSums) else process
        for stream, process in processes_of(start).items()
    }


def processed_consumer(of: str, **arguments: Any) -> Processed:  # noqa: ANN401 - those of JSON
    """Make another consumer that sees what runs derive, for `callbacks.isolate.InProcess`.

    Parameters
    ----------
    of
        ``"module:function"`` that makes it, with `arguments`.
    """
    from callbacks.worker import build  # noqa: PLC0415 - which is run as a program

    return Processed(build(of, arguments))
