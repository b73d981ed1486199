"""Open the output that a word on the command line names, such as ``mqtt://HOST/TOPIC``."""

from collections.abc import Callable

from ecg_anomaly.files.errors import MOST_QUOTED, UserError
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.follower import Output
from ecg_anomaly.live.sources.source_words import check_address

#: How outputs are written.
FORMS = ("mqtt://HOST/TOPIC", "kafka://HOST:PORT/TOPIC", "https://...", "fhir:FILE")

#: How the address of each kind of output is written.
FORM_OF = {
    **dict.fromkeys(("mqtt", "mqtts"), FORMS[0]), "kafka": FORMS[1],
    **dict.fromkeys(("http", "https"), "https://HOST/PATH"),
}  # fmt: skip


def open_output(word: str, store: EventStore, say: Callable[[str], None]) -> Output:
    """Open an output.

    Parameters
    ----------
    word : str
        One of `FORMS`; ``http://`` and ``mqtts://`` too.
    store : EventStore
        Has the strips of alarms.
    say : callable
        Takes a line about events that an output refuses.

    Raises
    ------
    UserError
        When it is no such word, or what it needs is not installed.
    """
    start = word.partition(":")[0]
    if start in FORM_OF:
        check_address(word, FORM_OF[start])
    # Each is imported when it is asked for: most sessions need none of them.
    if start in ("mqtt", "mqtts"):
        from ecg_anomaly.live.outputs.broker_outputs import MqttOutput

        return MqttOutput(word)
    if start == "kafka":
        from ecg_anomaly.live.outputs.broker_outputs import KafkaOutput

        return KafkaOutput(word)
    if start in ("http", "https"):
        from ecg_anomaly.live.outputs.webhook_output import WebhookOutput

        return WebhookOutput(word, say)
    if start == "fhir":
        from ecg_anomaly.live.outputs.fhir_output import FhirOutput

        return FhirOutput(word.removeprefix("fhir:"), store.strips)
    raise UserError(word[:MOST_QUOTED], "no output for events", f"write {', '.join(FORMS)}")
