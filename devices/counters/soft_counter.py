"""Any Python function, attribute or object as a counter."""

from typing import Any

from devices.counters.sample_source import SampleSource
from devices.counters.sampling_counter import SamplingCounter


class SoftCounter(SamplingCounter):
    """Count what Python knows: a function, or an attribute or method of an object (BL-73).

    It is asked once per count where no other `mode` is given.

    Parameters
    ----------
    target
        A function without arguments, a device, or any object together with `attribute`.
    attribute
        Name of an attribute or of a method without arguments, dotted where it lies deeper.
    options
        Those of `SamplingCounter`: `mode`, `unit`, `max_sampling_frequency`, `critical`...

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import SoftCounter
    >>> cryostat = SimpleNamespace(state=SimpleNamespace(level=61.5))
    >>> helium = SoftCounter(cryostat, "state.level", name="helium", unit="%")
    >>> helium.trigger().wait(5)
    >>> helium.read()["helium"]["value"]
    61.5
    """

    def __init__(
        self,
        target: Any,  # noqa: ANN401 - any function or object
        attribute: str | None = None,
        *,
        name: str,
        mode: str = "single",
        **options: Any,  # noqa: ANN401 - those of SamplingCounter
    ) -> None:
        source = (
            SampleSource.of(target, name)
            if attribute is None
            else SampleSource.of_attribute(target, attribute, name)
        )
        super().__init__(source, name=name, mode=mode, **options)
