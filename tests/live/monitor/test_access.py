import pytest
from starlette.datastructures import Headers

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


def test_after_many_wrong_tokens_the_right_one_has_to_wait_too():
    now = [0.0]
    access = Access(TOKEN, lambda: now[0])
    assert not any(access.is_token(f"wrong {n}") for n in range(MOST_WRONG))
    assert not access.is_token(TOKEN)
    now[0] = WRONG_S
    assert access.is_token(TOKEN)


def test_names_and_origins():
    assert host_name("[::1]:80") == "::1"
    assert not same_host("http://", "")
