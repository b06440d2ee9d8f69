"""Composing the events of one stream, with what can be wrong about each of them."""

from collections.abc import Callable, Mapping
from typing import Any

from blueline.engine.field_check import checks_of, external
from blueline.engine.time_check import TimeCheck

ComposeEvent = Callable[..., Any]


class EventComposer:
    """Compose events, validating what can differ from one to the next.

    event-model validates each event against its JSON schema, 0.3 to 1 ms a time (baseline 3a),
    though all events of a stream are made alike. What can change from event to event, the keys and
    the kinds of the values, is compared for each. The documents are the same.

    Parameters
    ----------
    compose
        What event-model gives.
    data_keys
        Those of the descriptor.
    every
        Validate every event against the schema as well, not the first one only.
    checked
        Refuse values that are not of the kind that was described (H14).
    times
        Looks at the times of the values (T3).
    """

    def __init__(
        self,
        compose: ComposeEvent,
        data_keys: Mapping[str, Any],
        *,
        every: bool = False,
        checked: bool = True,
        times: TimeCheck | None = None,
    ) -> None:
        self._compose = compose
        self._keys = frozenset(
            name for name, key in data_keys.items() if key.get("external") != "STREAM:"
        )
        self._unfilled = [
            name
            for name, key in data_keys.items()
            if external(key) and key["external"] != "STREAM:"
        ]
        self._checks = checks_of(data_keys) if checked else []
        self._times = times
        self._every = every
        self._validated = False

    def filled(self) -> dict[str, bool]:
        """Say which values are references into files that are still to be filled in."""
        return dict.fromkeys(self._unfilled, False)

    def __call__(
        self,
        data: dict[str, Any],
        timestamps: dict[str, Any],
        **kwargs: Any,  # noqa: ANN401 - what event-model takes
    ) -> Any:  # noqa: ANN401 - event-model's
        """Compose one event.

        Raises
        ------
        EventModelValidationError
            Its keys are not those of the stream.
        ReadingChangedError
            A value is not of the kind that was described.
        """
        alike = data.keys() == self._keys and timestamps.keys() == self._keys
        if alike:
            for name, check in self._checks:
                check(data[name])
        validate = self._every or not (self._validated and alike)
        event = self._compose(data=data, timestamps=timestamps, validate=validate, **kwargs)
        self._validated = True
        if self._times is not None:
            self._times(timestamps, event["time"])
        return event
