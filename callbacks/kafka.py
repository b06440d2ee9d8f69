"""Documents to a Kafka broker, with bluesky-kafka: ``pip install blueline[kafka]``."""

from typing import Any

from callbacks.errors import ConsumerError
from callbacks.routing import Document
from callbacks.stream_wire import packed

#: Every document once and in order, also when the broker has to be asked again.
_IN_ORDER = {"enable.idempotence": True, "delivery.timeout.ms": 60_000}


class KafkaPublisher:
    """Publish documents as messages ``(name, document)`` in msgpack, which bluesky-kafka reads.

    To be run in a process of its own, as `kafka_consumer` with `callbacks.InProcess`: bluesky-kafka
    replaces functions of msgpack wherever it is imported, by some that unpickle.

    Parameters
    ----------
    topic
        The topic.
    servers
        ``"host:port"`` of the brokers, separated by commas.
    key
        Keeps documents in order that share it.
    settings
        Further ones of the client library, such as those for access.

    Raises
    ------
    ConsumerError
        bluesky-kafka is not installed.

    Examples
    --------
    >>> from callbacks.kafka import KafkaPublisher
    >>> RE.subscribe(KafkaPublisher("beamline.documents", "127.0.0.1:9092"))  # doctest: +SKIP
    """

    def __init__(
        self,
        topic: str,
        servers: str,
        key: str = "blueline",
        settings: dict[str, Any] | None = None,
    ) -> None:
        try:
            from bluesky_kafka import Publisher  # noqa: PLC0415 # pyright: ignore[reportMissingImports]
        except ImportError as error:
            message = (
                f"documents cannot be published to Kafka, since {error.name} is not installed; "
                "pip install 'blueline[kafka]'"
            )
            raise ConsumerError(message) from error
        asked = {**_IN_ORDER, **(settings or {})}
        self._publisher = Publisher(
            topic, servers, key, asked, flush_on_stop_doc=True, serializer=packed
        )

    def __call__(self, name: str, doc: Document) -> None:
        """Publish one document; at the end of a run, wait until the broker has everything."""
        self._publisher(name, doc)

    def close(self) -> None:
        """Hand over what is left."""
        self._publisher.flush()


def kafka_consumer(
    topic: str, servers: str, key: str = "blueline", settings: dict[str, Any] | None = None
) -> KafkaPublisher:
    """Give a publisher for a child process; see `KafkaPublisher`.

    Parameters
    ----------
    topic, servers, key, settings
        See `KafkaPublisher`.
    """
    return KafkaPublisher(topic, servers, key, settings)
