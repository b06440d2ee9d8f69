"""Whoever shares devices with other processes is asked before one is moved or changed (K1)."""

from typing import Any, Protocol

from devices.status import DeadlineStatus


class Keeper(Protocol):
    """A session: it locks what moves, has it watched, and refuses what somebody else has."""

    def require(self, device: Any) -> None:  # noqa: ANN401 - any device
        """Refuse a change where another process has the device; raises then."""
        ...

    def moves(self, device: Any, status: DeadlineStatus, *, is_search: bool) -> None:  # noqa: ANN401
        """Take note of a motion that is about to begin, until its status is done.

        Raises where another process has the device: the motion must not begin then.

        Parameters
        ----------
        is_search
            It goes on until something ends it: no plan has asked for that by a message.
        """
        ...


class Kept:
    """A device that asks its keeper, where it has one, before it moves or is changed.

    So ``x.set(3)`` and ``x.jog(1)`` at a prompt are as safe as a plan.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import DeviceError, SoftAxis
    >>> class Others:
    ...     def require(self, device):
    ...         raise DeviceError(f"{device.name} is locked by somebody else")
    ...
    ...     moves = lambda self, device, status, is_search: self.require(device)
    >>> x = SoftAxis(SimpleNamespace(x=0.0), "x", name="x")
    >>> x.keeper = Others()
    >>> x.set(1)
    Traceback (most recent call last):
    ...
    devices.errors.DeviceError: x is locked by somebody else
    """

    #: Who is asked; None where nobody shares it.
    keeper: Keeper | None = None

    def require_mine(self) -> None:
        """Refuse to be changed where somebody else has it, as its keeper says."""
        if self.keeper is not None:
            self.keeper.require(self)

    def keep_until(self, status: DeadlineStatus, *, is_search: bool = False) -> None:
        """Have the keeper know of a motion until its end; the status fails where it refuses."""
        if self.keeper is not None:
            with status.starting():
                self.keeper.moves(self, status, is_search=is_search)
