"""Have each run's files go where its data set is."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.data_policy.policy import DataPolicy

if TYPE_CHECKING:
    from bluesky.utils import Msg, MsgGenerator


def following(
    policy: DataPolicy, md: Mapping[str, Any] | None = None
) -> "Callable[[MsgGenerator], MsgGenerator]":
    """Give a preprocessor that tells the start document of each run where its files go.

    What a plan itself says is kept, the names of its files kind by kind; so is what `md` says of
    those. The run's number is of the same data set where ``policy.scan_number`` is the engine's
    ``scan_id_source``.

    Parameters
    ----------
    policy
        Knows the data set.
    md
        The engine's ``md``, in which people may name files as well.

    Examples
    --------
    >>> RE.preprocessors.append(following(policy, RE.md))  # doctest: +SKIP
    >>> RE.scan_id_source = policy.scan_number  # doctest: +SKIP
    """

    def preprocessor(plan: "MsgGenerator") -> "MsgGenerator":
        from bluesky.preprocessors import msg_mutator

        return (yield from msg_mutator(plan, told))

    def told(message: "Msg") -> "Msg":
        if message.command != "open_run":
            return message
        found = policy.begin_run()
        for said in (md or {}, message.kwargs):
            names = said.get("file_names")
            found["file_names"] |= names if isinstance(names, Mapping) else {}
        kwargs = {**found, **message.kwargs, "file_names": found["file_names"]}
        return message._replace(kwargs=kwargs)

    return preprocessor
