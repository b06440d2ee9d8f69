"""The thread of a publisher: it answers who asks, and sends what is new."""

import contextlib
import threading
import time
from dataclasses import dataclass

import zmq

from callbacks.stream_ring import Ring
from callbacks.stream_sockets import Sockets
from callbacks.stream_wire import (
    Header,
    Request,
    StreamError,
    header_message,
    read_request,
    refusal_message,
)

#: Documents, and bytes, of one answer at the most: what a slow follower may have under way.
_ANSWER_DOCUMENTS, _ANSWER_BYTES = 1000, 1_000_000
#: Frames before a request: who asks, what REQ sockets add, and some for those in between.
_MAX_ENVELOPE = 8
#: Followers that are answered at the same time.
_MAX_FOLLOWERS = 1000
#: Seconds after which a follower that does not ask any more is not waited for at the end.
_FORGOTTEN_AFTER = 5.0
#: Seconds at the end in which followers that are behind may catch up.
FAREWELL = 2.0


@dataclass
class _Follower:
    """One who has asked: what is answered next, until when it waits, and when it asked last."""

    request: Request | None
    answer_by: float
    asked: float
    after: int = 0


class Desk:
    """Answer followers and send live documents, in a thread of its own."""

    def __init__(self, name: str, ring: Ring, access: threading.Lock, sockets: Sockets) -> None:
        self.is_ending = False
        self._name = name
        self._ring = ring
        self._access = access
        self._sockets = sockets
        self._live = sockets.live
        self._answers = sockets.answers
        self._sent = 1
        self._began = time.monotonic()
        self._followers: dict[tuple[bytes, ...], _Follower] = {}

    def serve(self) -> None:
        """Go on until `is_ending`, and then until everybody has what there is."""
        poller = zmq.Poller()
        poller.register(self._sockets.bell, zmq.POLLIN)
        poller.register(self._answers, zmq.POLLIN)
        ends: float | None = None
        try:
            while ends is None or (time.monotonic() < ends and self._has_stragglers()):
                events = dict(poller.poll(self._patience()))
                if self._sockets.bell.fileno() in events:
                    self._sockets.has_looked()
                self._send_live()
                self._take_requests()
                self._answer_waiting()
                if self.is_ending and ends is None:
                    ends = time.monotonic() + FAREWELL
            self._say_farewell()
        finally:
            self._sockets.close()

    def _patience(self) -> int:
        """Give the milliseconds until somebody must be told that there is nothing."""
        if self.is_ending:
            return 20
        waiting = [each.answer_by for each in self._followers.values() if each.request]
        soonest = min(waiting, default=time.monotonic() + _FORGOTTEN_AFTER)
        return max(0, round(1e3 * (soonest - time.monotonic())))

    def _say_farewell(self) -> None:
        for envelope, follower in self._followers.items():
            if follower.request is not None:
                self._send(envelope, [self._header(follower.after, follower.after, ends=True)])

    def _has_stragglers(self) -> bool:
        recently = time.monotonic() - _FORGOTTEN_AFTER
        return any(
            each.after < self._ring.next and each.asked > recently
            for each in self._followers.values()
        )

    def _send_live(self) -> None:
        while True:
            with self._access:
                given, self._sent = self._ring.messages(
                    self._sent, _ANSWER_DOCUMENTS, _ANSWER_BYTES
                )
            if not given:
                return
            for message in given:
                self._live.send(message, zmq.NOBLOCK)

    def _take_requests(self) -> None:
        for _ in range(_MAX_FOLLOWERS):  # then others have their turn
            if not self._answers.poll(0):
                return
            *envelope, request = self._answers.recv_multipart()
            if len(envelope) <= _MAX_ENVELOPE:
                self._take(tuple(envelope), request)

    def _take(self, envelope: tuple[bytes, ...], message: bytes) -> None:
        try:
            request = read_request(message)
            if envelope not in self._followers and len(self._followers) >= _MAX_FOLLOWERS:
                sentence = f"{_MAX_FOLLOWERS} others follow already; try again later"
                raise StreamError(sentence)
        except StreamError as error:
            self._send(envelope, [refusal_message(str(error))])
            return
        now = time.monotonic()
        is_mine = request.publisher in ("", self._name)
        with self._access:
            place = self._ring.place(request.since if is_mine else "oldest")
        placed = Request(place, self._name, request.wait)
        self._followers[envelope] = _Follower(placed, now + request.wait, now, place)

    def _answer_waiting(self) -> None:
        now = time.monotonic()
        for envelope, follower in list(self._followers.items()):
            if follower.request is not None:
                self._answer(envelope, follower, now)
            elif now - follower.asked > _FORGOTTEN_AFTER:
                del self._followers[envelope]

    def _answer(self, envelope: tuple[bytes, ...], follower: _Follower, now: float) -> None:
        first = follower.after
        with self._access:
            given, after = self._ring.messages(first, _ANSWER_DOCUMENTS, _ANSWER_BYTES)
        if not given and now < follower.answer_by:
            return
        follower.after, follower.request = after, None
        self._send(envelope, [self._header(first, after), *given])

    def _header(self, first: int, after: int, *, ends: bool = False) -> bytes:
        age = time.monotonic() - self._began
        return header_message(Header(self._name, first, after, age, ends))

    def _send(self, envelope: tuple[bytes, ...], frames: list[bytes]) -> None:
        # to somebody who has left, or does not take what was sent before, 0MQ sends nothing
        with contextlib.suppress(zmq.ZMQError):
            self._answers.send_multipart([*envelope, *frames], zmq.NOBLOCK)
