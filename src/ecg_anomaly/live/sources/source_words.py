"""Open the source that a word on the command line names, such as ``replay:RECORD``."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ecg_anomaly.files.errors import MOST_QUOTED, UserError
from ecg_anomaly.live.sources.source import Source

#: What each kind of source begins with, and how it is written, for the help.
FORMS = {
    "replay:": "replay:RECORD[@SPEED]",
    "-": "-",
    "tcp://": "tcp://HOST:PORT",
    "ws://": "ws://HOST:PORT/PATH",
    "wss://": "wss://HOST/PATH",
    "mqtt://": "mqtt://HOST/TOPIC",
    "mqtts://": "mqtts://HOST/TOPIC",
    "kafka://": "kafka://HOST:PORT/TOPIC",
    "lsl:": "lsl:NAME",
    "ble:": "ble:NAME",
    "websocket:": "websocket:",
}

Defaults = Mapping[str, Any]


def open_source(word: str, defaults: Defaults | None = None) -> Source:
    """Open the source that a word names.

    Parameters
    ----------
    word : str
        One of `FORMS`.
    defaults : mapping, optional
        ``fs`` and ``unit`` of streams that do not state them.

    Raises
    ------
    UserError
        When it is no such word, or the source can never be read.

    Examples
    --------
    >>> open_source("100.dat")
    Traceback (most recent call last):
    ecg_anomaly.files.errors.UserError: 100.dat: not a source of running ECGs; write replay:100.dat
    """
    start = next((start for start in FORMS if word.startswith(start)), "")
    if start not in OPENERS or (start == "-" and word != "-"):
        quoted = word[:MOST_QUOTED]
        rule = "not a source of running ECGs"
        raise UserError(quoted, rule, f"write replay:{quoted}, or see ecg-anomaly live --help")
    if "://" in start:
        check_address(word, FORMS[start])
    return OPENERS[start](word, word.removeprefix(start), defaults or {})


def check_address(word: str, form: str) -> None:
    """Refuse an address without a host, or with a port that is no number.

    Parameters
    ----------
    word : str
        Several hosts are allowed, as of Kafka: ``kafka://ONE:9092,TWO:9092/TOPIC``.
    form : str
        How it is to be written.

    Raises
    ------
    UserError
        Without what may be a password.
    """
    scheme, _, rest = word.partition("://")
    hosts = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    for host in hosts.split(","):
        try:
            parts = urlsplit(f"//{host}")
            valid = bool(parts.hostname) and parts.port != 0
        except ValueError:
            valid = False
        if not valid:
            raise UserError(f"{scheme}://{host}"[:MOST_QUOTED], "is no address", f"write {form}")


# Each imports what reads it when it is asked for: few sources are used at a time.
def _replay(_word: str, rest: str, _defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.replay_source import ReplaySource

    return ReplaySource(rest)


def _lines(word: str, _rest: str, defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.line_source import LineSource

    return LineSource(word, defaults)


def _websocket(word: str, _rest: str, _defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.websocket_source import WebSocketSource

    return WebSocketSource(word)


def _mqtt(word: str, _rest: str, _defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.mqtt_source import MqttSource

    return MqttSource(word)


def _kafka(word: str, _rest: str, _defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.kafka_source import KafkaSource

    return KafkaSource(word)


def _lsl(_word: str, rest: str, defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.lsl_source import LslSource

    return LslSource(rest, defaults.get("unit"))


def _ble(_word: str, rest: str, _defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.ble_source import BleSource

    return BleSource(rest)


def _pushed(_word: str, _rest: str, _defaults: Defaults) -> Source:
    from ecg_anomaly.live.sources.pushed_source import PushedSource

    return PushedSource()


OPENERS: dict[str, Callable[[str, str, Defaults], Source]] = {
    "replay:": _replay,
    "-": _lines,
    "tcp://": _lines,
    **dict.fromkeys(("ws://", "wss://"), _websocket),
    **dict.fromkeys(("mqtt://", "mqtts://"), _mqtt),
    "kafka://": _kafka,
    "lsl:": _lsl,
    "ble:": _ble,
    "websocket:": _pushed,
}
