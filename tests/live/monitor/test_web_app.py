import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from ecg_anomaly.live.monitor.web_app import LARGEST_FORM, STATIC

TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def url():
    more = [Route("/metrics", lambda _: PlainTextResponse("up 1\n"))]
    with MonitorServer(MonitorFeed(), port=0, more=more) as server:
        yield server.url


@pytest.fixture(scope="module")
def guarded():
    with MonitorServer(MonitorFeed(), port=0, token=TOKEN) as server:
        yield server.url


def test_the_page_and_all_that_it_names_are_served(url):
    page = requests.get(url, timeout=5)
    assert page.status_code == 200
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(named) >= 7
    for path in named:
        assert requests.get(url + path[1:], timeout=5).status_code == 200


def scripts() -> list[Path]:
    return sorted(STATIC.glob("*.js"))


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_every_script_imports_files_that_exist_and_is_short(script):
    text = script.read_text(encoding="utf-8")
    for name in re.findall(r'from "\./([^"]+)"', text):
        assert (STATIC / name).is_file()
    assert text.startswith("// ")
    assert len(text.splitlines()) <= 200


def test_nothing_is_loaded_from_elsewhere():
    for path in STATIC.glob("*.*"):
        text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?://|<script>|<style|style=|\son\w+=\"", text), path.name


def test_every_answer_forbids_scripts_of_others(url):
    for path in ("", "static/main.js", "nothing", "metrics"):
        policy = requests.get(url + path, timeout=5).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["static/../web_app.py", "static/%2e%2e/web_app.py", "static/.."])
def test_nothing_outside_the_static_files_is_served(url, path):
    session = requests.Session()
    request = requests.Request("GET", url).prepare()
    request.url = url + path
    assert session.send(request, timeout=5).status_code == 404


def test_a_name_that_is_not_this_machine_is_refused(url):
    answer = requests.get(url, headers={"Host": "evil.example"}, timeout=5)
    assert answer.status_code == 403
    assert "localhost" in answer.text


def test_more_pages_are_served_beside_it(url, guarded):
    assert requests.get(url + "metrics", timeout=5).text == "up 1\n"
    assert requests.get(guarded + "metrics", timeout=5).status_code == 401


def refused_status(url: str, name: str, origin: str) -> int:
    """Ask for a WebSocket under a name, from a page of some origin; return the answer's status."""
    place = urlsplit(url)
    with (
        socket.create_connection((place.hostname, place.port)) as plain,
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://{name}:{place.port}/ws", sock=plain, origin=Origin(origin)),
    ):
        pass
    return refused.value.response.status_code


def test_a_websocket_of_another_site_is_refused(url):
    port = urlsplit(url).port
    assert refused_status(url, "127.0.0.1", "http://evil.example") == 403
    assert refused_status(url, "evil.example", f"http://evil.example:{port}") == 403


def test_with_a_token_nothing_is_shown_before_signing_in(guarded):
    answer = requests.get(guarded, timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert requests.get(guarded + "sign-in", timeout=5).status_code == 200
    assert requests.get(guarded + "static/main.js", timeout=5).status_code == 401
    with pytest.raises(InvalidStatus), connect(guarded.replace("http", "ws") + "ws"):
        pass


def test_signing_in_lets_the_browser_in(guarded):
    session = requests.Session()
    data = {"token": TOKEN}
    answer = session.post(guarded + "sign-in", data=data, timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert {"httponly", "samesite=strict"} <= set(answer.headers["set-cookie"].lower().split("; "))
    assert TOKEN not in answer.headers["set-cookie"]
    assert "ECG monitor" in session.get(guarded, timeout=5).text
    cookie = f"ecg_monitor={session.cookies['ecg_monitor']}"
    address = guarded.replace("http", "ws") + "ws"
    with connect(address, additional_headers={"Cookie": cookie}) as browser:
        assert browser.recv(timeout=5)


def test_a_wrong_token_leads_back_to_the_form(guarded):
    answer = requests.post(
        guarded + "sign-in", data={"token": "wrong"}, timeout=5, allow_redirects=False
    )
    assert answer.headers["location"] == "/sign-in#wrong"
    assert "set-cookie" not in answer.headers


def test_a_form_that_is_too_large_is_refused(guarded):
    answer = requests.post(guarded + "sign-in", data=b"x" * (LARGEST_FORM + 1), timeout=5)
    assert answer.status_code == 413
