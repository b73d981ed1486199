import pytest
from starlette.datastructures import Headers

from ecg_anomaly.live.monitor import access as access_module
from ecg_anomaly.live.monitor.access import MOST_WRONG, WRONG_S, Access, host_name, same_host

TOKEN = "0123456789abcdef"


def status(access: Access, **headers: str) -> int | None:
    refused = access.refusal(Headers(headers))
    return refused and refused[0]


@pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1:8765", "[::1]:1", "LOCALHOST"])
def test_without_a_token_this_machine_is_let_in(host):
    assert status(Access(), host=host) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example:80", "10.0.0.1", "[", "x@evil.example", "0x7f.1"],
)
def test_without_a_token_another_name_of_this_machine_is_refused(host):
    assert status(Access(), host=host) == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:81", "localhost:80", "ws://localhost:80"],
)
def test_a_page_of_another_site_is_refused(origin):
    assert status(Access(), host="localhost:80", origin=origin) == 403


def test_the_page_itself_is_let_in():
    assert status(Access(), host="localhost:80", origin="http://localhost:80") is None


def test_with_a_token_any_host_is_let_in_that_has_it():
    access = Access(TOKEN)
    assert status(access, host="ward.example") == 401
    assert status(access, host="ward.example", authorization=f"Bearer {TOKEN}") is None
    assert status(access, host="ward.example", authorization=f"Basic {TOKEN}") == 401
    assert (
        status(access, host="ward.example", cookie=f"a=b; ecg_monitor={access.cookie_value}")
        is None
    )


def test_the_cookie_does_not_hold_the_token():
    access = Access(TOKEN)
    assert TOKEN not in access.cookie_value
    assert status(access, host="h", cookie=f"ecg_monitor={TOKEN}") == 401
    assert status(Access(TOKEN + "x"), host="h", cookie=f"ecg_monitor={access.cookie_value}") == 401


@pytest.mark.parametrize("cookie", ["ecg_monitor=", "ecg_monitor=\xe4", ";;;", "=", "a" * 10_000])
def test_odd_cookies_are_refused(cookie):
    assert status(Access(TOKEN), host="h", cookie=cookie) == 401


@pytest.mark.parametrize("way", ["form", "header"])
def test_after_many_wrong_tokens_the_right_one_of_the_same_sender_has_to_wait_too(way):
    now = [0.0]
    access = Access(TOKEN, lambda: now[0])

    def ask(token, sender):
        if way == "form":
            return access.is_token(token, sender)
        headers = {"host": "ward.example", "authorization": f"Bearer {token}"}
        return access.refusal(Headers(headers), sender) is None

    assert not any(ask(f"wrong {n}", "10.0.0.1") for n in range(MOST_WRONG))
    assert not ask(TOKEN, "10.0.0.1")
    assert ask(TOKEN, "10.0.0.2")  # nobody else is shut out
    now[0] = WRONG_S
    assert ask(TOKEN, "10.0.0.1")


def test_senders_of_wrong_tokens_are_forgotten_in_the_end(monkeypatch):
    monkeypatch.setattr(access_module, "MOST_SENDERS", 3)
    access = Access(TOKEN)
    for n in range(10):
        access.is_token("wrong", str(n))
    assert len(access._wrong) == 3


def test_a_browser_without_a_token_guesses_nothing():
    access = Access(TOKEN)
    for _ in range(2 * MOST_WRONG):
        assert status(access, host="ward.example") == 401
    assert status(access, host="ward.example", authorization=f"Bearer {TOKEN}") is None


def test_names_and_origins():
    assert host_name("[::1]:80") == "::1"
    assert not same_host("http://", "")


def test_cookies_of_an_earlier_token_shut_nobody_out():
    access, old = Access(TOKEN), f"ecg_monitor={Access('earlier').cookie_value}"
    for _ in range(2 * MOST_WRONG):
        assert status(access, host="ward.example", cookie=old) == 401
    bearer = f"Bearer {TOKEN}"
    assert status(access, host="ward.example", authorization=bearer) is None
    assert status(access, host="ward.example", cookie=old, authorization=bearer) is None
    assert access.is_token(TOKEN)


def test_who_has_the_cookie_does_not_wait_for_one_who_guesses_at_the_same_address():
    access = Access(TOKEN)
    for n in range(MOST_WRONG):
        assert not access.is_token(f"wrong {n}")
    assert status(access, host="h", cookie=f"ecg_monitor={access.cookie_value}") is None
