"""Going somewhere with several axes at once: all are checked, then it is said, then they go."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from planlib import checks
from planlib.context import SessionContext
from planlib.messages import MsgGenerator
from planlib.reach.asynchronous import facts_of
from planlib.reach.positions import require_reachable
from planlib.stepping.places import sent


def gone(
    axes: Sequence[Any], targets: Sequence[object], session: SessionContext, saying: str = ""
) -> MsgGenerator:
    """Send axes to positions, and wait until all are there; nothing moves where one cannot go.

    Parameters
    ----------
    axes, targets
        What goes where.
    session, saying
        Is told this when all has been checked.

    Raises
    ------
    PlanError
        A position is no number, or an axis cannot go there; so does an axis that refuses itself.
    """
    places = [
        checks.require_number(f"the position of {axis.name}", target)
        for axis, target in zip(axes, targets, strict=True)
    ]
    where = np.array([places])
    require_reachable(axes, where)
    yield from facts_of(axes, where, session)
    if saying:
        session.tell(saying)
    yield from sent(list(zip(axes, places, strict=True)))
