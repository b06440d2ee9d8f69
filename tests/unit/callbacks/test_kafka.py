"""Kafka is an extra."""

import pytest

from callbacks.errors import ConsumerError
from callbacks.kafka import KafkaPublisher, kafka_consumer


@pytest.mark.parametrize("make", [KafkaPublisher, kafka_consumer], ids=["class", "factory"])
def test_kafka_that_is_not_installed_is_told_in_a_sentence(make):
    with pytest.raises(ConsumerError, match=r"not installed; pip install 'blueline\[kafka\]'"):
        make("documents", "127.0.0.1:9092")
