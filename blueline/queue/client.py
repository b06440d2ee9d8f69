"""Ask the RE Manager: one request, one answer, with a deadline."""

import json
from collections.abc import Mapping
from typing import Any

import zmq

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder, held_by, holder, read_json
from blueline.queue.settings import secret_key

#: Seconds for an answer; it takes milliseconds, and seconds while Redis is away.
ANSWER_DEADLINE = 10.0
_BUSY = "it is busy with something else; `blueline queue status` says with what, so try again then"
_NO_SESSION = "it has no session; `blueline queue reopen` opens one"
#: How the manager's reasons begin, and what we say instead.
_REASONS = {
    "Timeout occurred": (
        "its worker does not answer, and may do it later; if it hangs, `blueline queue reopen "
        "--force` kills it, stops the axes, and opens another"
    ),
    "RE Manager is busy": _BUSY,
    "IPython kernel (RE Worker) is busy": _BUSY,
    "Manager state is not idle": _BUSY,
    "Manager is already in the process": _BUSY,
    "Queue execution is in progress": "its items run; `blueline queue stop` or `abort` ends that",
    "Queue is not running": "nothing runs",
    "Failed to pause the queue": "nothing runs",
    "RE Manager is not paused": "no plan is paused",
    "RE Worker environment does not exist": _NO_SESSION,
    "Environment does not exist": _NO_SESSION,
    "RE Worker environment already exists": "its session is open already",
}


class QueueClient:
    """A client of the manager of a queue.

    Parameters
    ----------
    address
        Where it listens, ``host:port``.
    server_key
        Its public CURVE key, where it has one.
    key
        File of this client's secret CURVE key, whose public one the manager knows; without it, a
        pair is made that no manager knows.

    Raises
    ------
    QueueError
        The file has no secret key.

    Examples
    --------
    >>> from blueline.queue.client import QueueClient
    >>> QueueClient("127.0.0.1:60615").ask("queue_start")  # doctest: +SKIP
    """

    def __init__(self, address: str, server_key: str = "", key: str = "") -> None:
        self._address, self._key = address, server_key
        self._secret = secret_key(key).encode() if key else zmq.curve_keypair()[1]

    def answer(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        deadline: float = ANSWER_DEADLINE,
    ) -> dict[str, Any]:
        """Give the whole answer, also one that says no.

        Raises
        ------
        QueueError
            None comes in time.
        """
        with zmq.Context() as context, context.socket(zmq.REQ) as socket:
            socket.linger = 0
            if self._key:
                socket.curve_publickey = zmq.curve_public(self._secret)
                socket.curve_secretkey = self._secret
                socket.curve_serverkey = self._key.encode()
            socket.connect(f"tcp://{self._address}")
            socket.send_json({"method": method, "params": dict(params or {})})
            if not socket.poll(int(1000 * deadline)):
                message = (
                    f"the queue at {self._address} did not answer {method} within {deadline:g} s; "
                    "`blueline queue status` tells how it is"
                )
                raise QueueError(message)
            return json.loads(socket.recv())

    def ask(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Give the answer to a request that was accepted.

        Raises
        ------
        QueueError
            It was refused, with the manager's reason, or there is no answer.
        """
        answer = self.answer(method, params)
        if answer.get("success") is False:
            message = f"the queue refuses {method}: {_reason(answer)}"
            raise QueueError(message)
        return answer


def _reason(answer: Mapping[str, Any]) -> str:
    reason = str(answer.get("msg", "")).strip()
    ours = (said for begins, said in _REASONS.items() if reason.startswith(begins))
    return next(ours, reason)


def none_runs(folder: QueueFolder) -> str:
    """Say that nobody looks after a queue, and whether its manager goes on without."""
    from blueline.queue.processes import found

    server = found(read_json(folder.processes).get("server", {}))
    if server is not None and server.lives():
        return (
            f"the queue in {folder.root} goes on, but its supervisor is gone: `blueline queue up` "
            "looks after it again, with what runs"
        )
    return f"no queue runs in {folder.root}; start it with `blueline queue up`"


def client_of(folder: QueueFolder) -> QueueClient:
    """Give a client of the queue that runs in a folder.

    Raises
    ------
    QueueError
        None does.
    """
    address = read_json(folder.address)
    if holder(folder) is None:
        raise QueueError(none_runs(folder))
    if address.get("state") != "ready":
        message = f"the queue of {held_by(folder)} begins or ends; try again in a few seconds"
        raise QueueError(message)
    return QueueClient(address["control"], address.get("public_key", ""), address.get("key", ""))
