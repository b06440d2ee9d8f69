"""The RunEngine of a session: bluesky's own, a little quicker, with the session behind it.

Private access to bluesky and event-model is confined to this file: `RunBundler._prepare_stream` and
`RunBundler._descriptors`, through the seam that bluesky offers (``RunEngine.RunBundler``), and
`RunEngine._th`, the thread that nothing else ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bluesky import RunEngine
from bluesky.bundlers import RunBundler

from planlib.context import COMMAND, SessionContext

ComposeEvent = Callable[..., Any]


class QuickBundler(RunBundler):
    """Validate the first event of each stream in full, and the keys of all others.

    event-model validates each event against its JSON schema, 0.3 to 1 ms a time (baseline 3a),
    though all events of a stream are made alike. What can change from event to event, the keys, is
    compared for each. The documents are the same.
    """

    async def _prepare_stream(self, desc_key: str, objs_dks: Any) -> Any:  # noqa: ANN401 - bluesky's
        doc, compose, objs = await super()._prepare_stream(desc_key, objs_dks)
        bundle = self._descriptors[desc_key]
        quick = _QuickCompose(compose, doc["data_keys"])
        self._descriptors[desc_key] = replace(bundle, compose_event=quick)
        return doc, quick, objs


class _QuickCompose:
    """Compose events of one stream, validating what can be wrong about them."""

    def __init__(self, compose: ComposeEvent, data_keys: Mapping[str, Any]) -> None:
        self._compose = compose
        self._keys = frozenset(
            key for key, about in data_keys.items() if about.get("external") != "STREAM:"
        )
        self._validated = False

    def __call__(
        self,
        data: dict[str, Any],
        timestamps: dict[str, Any],
        **kwargs: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - event-model's
        alike = data.keys() == self._keys and timestamps.keys() == self._keys
        validate = not (self._validated and alike)
        event = self._compose(data=data, timestamps=timestamps, validate=validate, **kwargs)
        self._validated = True
        return event


class Engine(RunEngine):
    """A RunEngine that answers plans that ask for their session.

    Parameters
    ----------
    context
        Answers the message ``session_context``.
    before_prompt
        Called when a call of the engine ends, however it ends, before it returns.
    kwargs
        What bluesky's RunEngine takes.
    """

    RunBundler = QuickBundler

    def __init__(
        self,
        context: SessionContext,
        before_prompt: Callable[[], object] = lambda: None,
        **kwargs: Any,  # noqa: ANN401 - bluesky's
    ) -> None:
        super().__init__(**kwargs)
        self._before_prompt = before_prompt

        async def answer(_message: object) -> SessionContext:
            return context

        self.register_command(COMMAND, answer)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - bluesky's
        """Run a plan; see bluesky's RunEngine."""
        try:
            return super().__call__(*args, **kwargs)
        finally:
            self._before_prompt()

    @property
    def is_closed(self) -> bool:
        """Whether `close` has ended it."""
        return self.loop.is_closed()

    def close(self, deadline: float = 5.0) -> None:
        """Abort what runs, then end the event loop and its thread; may be repeated."""
        if self.is_closed:
            return
        if self.state != "idle":
            self.abort("the session was closed")
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._th.join(deadline)
        if not self.loop.is_running():
            self.loop.close()
