"""Send events to a web service: ``http://`` or ``https://``, as one POST of JSON for several."""

import os
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from ecg_anomaly.live.outputs.follower import Output, OutputFailed, Row

#: Environment variable with a token for the service, sent as ``Authorization: Bearer``.
TOKEN_VARIABLE = "ECG_ANOMALY_WEBHOOK_TOKEN"

#: Events of one request at most, and seconds for an answer.
MOST, PATIENCE_S = 100, 10.0

#: Answers after which the same request may be taken later.
TRY_AGAIN = frozenset({408, 425, 429})


class WebhookOutput(Output):
    """Posts ``{"events": [...]}``; what the service refuses is said, and not sent again.

    Parameters
    ----------
    url : str
    say : callable
        Takes a line about events that were refused.
    """

    def __init__(self, url: str, say: Callable[[str], None]) -> None:
        import requests  # takes longer to import than most sessions of monitoring wait for it

        parts = urlsplit(url)
        self.name = f"{parts.scheme}://{parts.hostname}{parts.path}"
        self._url, self._say, self._errors = url, say, requests.RequestException
        self._session = requests.Session()
        if token := os.environ.get(TOKEN_VARIABLE):
            self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, rows: Sequence[Row]) -> int:
        """Post the first events of some."""
        part = list(rows[:MOST])
        try:
            answer = self._session.post(
                self._url, json={"events": part}, timeout=PATIENCE_S, allow_redirects=False
            )
        except self._errors as error:
            raise OutputFailed(f"cannot be reached ({type(error).__name__})") from error
        status = answer.status_code
        answer.close()
        if status >= 500 or status in TRY_AGAIN:
            raise OutputFailed(f"answers with status {status}")
        if status >= 300:
            self._say(f"error: {self.name}: refuses {len(part)} events with status {status}")
        return len(part)

    def close(self) -> None:
        """Close the link."""
        self._session.close()
