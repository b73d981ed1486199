"""Read the address of a Kafka topic, and load the client that both its source and output need."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ecg_anomaly.files.errors import UserError, missing_package


@dataclass(frozen=True)
class KafkaTopic:
    """A topic of Kafka.

    Attributes
    ----------
    word : str
        As the user names it: ``kafka://HOST:PORT/TOPIC``, perhaps with ``?group=NAME``.
    brokers, topic : str
        ``HOST:PORT`` of brokers, and the name of the topic.
    group : str or None
        The consumer group that the address names.
    """

    word: str
    brokers: str
    topic: str
    group: str | None

    @classmethod
    def from_word(cls, word: str) -> "KafkaTopic":
        """Read an address.

        Raises
        ------
        UserError
            When it names no broker, no topic, or a password.
        """
        parts = urlsplit(word)
        topic = parts.path.strip("/")
        if not parts.netloc or not topic or "@" in parts.netloc:
            raise UserError(word, "names no broker and topic", "write kafka://HOST:PORT/TOPIC")
        return cls(word, parts.netloc, topic, parse_qs(parts.query).get("group", [None])[0])

    def load_client(self) -> Any:
        """Return the package confluent_kafka.

        Raises
        ------
        UserError
            When it is not installed.
        """
        try:
            import confluent_kafka
        except ImportError as error:
            raise missing_package(self.word, "Kafka", "ecg-anomaly[kafka]") from error
        return confluent_kafka
