"""The plan that brings an instrument back to a saved position."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from bluesky.utils import Msg

from blueline.positions.reach import require_reachable_in_plan
from planlib.calls import plan
from planlib.context import SessionContext, session_context
from planlib.deadlines import LONGEST_MOVE, extended

if TYPE_CHECKING:
    from blueline.positions.position_store import PositionStore
    from planlib.messages import MsgGenerator

#: Waited for together.
RESTORE = "restore"


@plan('restore_position(store, "sample", "aligned")', name="restore_position")
def restore_position(
    store: "PositionStore", instrument: str, name: str, exclude: Collection[Any] | str = ()
) -> "MsgGenerator":
    """Bring the devices of an instrument back to where they were saved, all at the same time.

    Those are moved that the instrument has now: what it has no more, or had not yet, stays and is
    told. Each is a message of its own, so that locks and guards see what moves; if one fails, the
    engine stops the others.

    Parameters
    ----------
    store
        Knows the positions.
    instrument, name
        Of the position.
    exclude
        Devices, or their names, that stay where they are.

    Raises
    ------
    PositionError
        There is no such position, or devices cannot go there, all of them in one sentence: nothing
        has moved then.

    Examples
    --------
    >>> RE(restore_position(store, "sample", "aligned"))  # doctest: +SKIP
    """
    wanted = store.wanted(instrument, name, exclude)
    devices = {each: store.device(each) for each in wanted.positions}
    yield from require_reachable_in_plan(f"{name} of {instrument}", devices, wanted.positions)
    session = yield from session_context()
    stay = store.differences(instrument, name)
    session.tell(f"{instrument} goes to {name}: {wanted.said()}{f'; {stay}' * bool(stay)}")
    yield Msg("checkpoint")
    longest = LONGEST_MOVE
    for each, at in wanted.positions.items():
        status = yield Msg("set", devices[each], at, group=RESTORE)
        longest = extended(longest, status)
    yield Msg("wait", None, group=RESTORE, timeout=longest)
    if not hasattr(session, "expect"):  # a rehearsal has moved nothing
        _note_used(store, instrument, name, session)
    return dict(wanted.positions)


def _note_used(store: "PositionStore", instrument: str, name: str, session: SessionContext) -> None:
    """Keep when a position was restored last; the plan that goes on counts more than that."""
    try:
        store.used(instrument, name)
    except Exception as error:  # whatever a store has: it is busy, its disk is full
        session.tell(f"{instrument} is at {name}, but its last use could not be noted: {error}")
