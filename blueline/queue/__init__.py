"""The queue: plans and devices for bluesky-queueserver, told by one decorator from type hints."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from blueline.queue.annotate import plan_of, queue_plan
    from blueline.queue.offered import queue_devices
    from blueline.queue.plans import queue_plans
    from blueline.queue.schema import json_schema

__all__ = ["json_schema", "plan_of", "queue_devices", "queue_plan", "queue_plans"]

#: Where each name is; what is behind them is loaded when it is asked for.
_HOMES = {
    "json_schema": "schema",
    "plan_of": "annotate",
    "queue_devices": "offered",
    "queue_plan": "annotate",
    "queue_plans": "plans",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load what is asked for."""
    import importlib

    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
