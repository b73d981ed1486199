import os
import socket
import sys
import threading
import time

import numpy as np
import pytest
from collecting import collecting

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources import line_source, reconnecting
from ecg_anomaly.live.sources.line_source import LineSource, read_lines, split_address
from ecg_anomaly.live.sources.source import LinkLost, StreamEnded, StreamOpened


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_lines_of_a_server_come_and_a_lost_link_is_made_again(server, monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.05)
    word = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with collecting(LineSource(word, {})) as found:
        link, _ = server.accept()
        link.sendall(b"# stream=bed1 fs=250 unit=mV\nII\n" + b"0.5\n" * 40)
        found.wait_for(lambda f: f.n_samples == 40)
        link.close()
        found.wait_for(lambda f: f.of(LinkLost))
        link, _ = server.accept()
        link.sendall(b"# stream=bed1 fs=250 unit=mV\nII\n" + b"0.7\n" * 10)
        found.wait_for(lambda f: f.n_samples == 50)
        link.close()
    assert found[0] == StreamOpened("bed1", 250.0, ("II",), "bed1")
    np.testing.assert_allclose(found.signal[-10:], 0.7)
    assert found.errors == []


def test_a_sender_of_nonsense_is_left_with_the_reason(server):
    word = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with collecting(LineSource(word, {})) as found:
        link, _ = server.accept()
        link.sendall(b"GET / HTTP/1.1\r\n\r\n")
        found.wait_for(lambda f: f.errors)
        link.close()
    assert "states no fs" in str(found.errors[0])


def test_a_sender_of_streams_that_sends_nonsense_is_called_again(server):
    word = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with collecting(LineSource(word, {})) as found:
        for _ in range(2):
            link, _ = server.accept()
            link.sendall(b"# stream=bed1 fs=250 unit=mV\nII\n" + b"0.7\n" * 10)
            found.wait_for(lambda f: f.n_samples >= 10)
            link.sendall(b"0.7,0.8\n")
            found.wait_for(lambda f: f.of(StreamEnded))
            link.close()
        found.wait_for(lambda f: len(f.of(StreamEnded)) == 2)
    assert "a line of 2 columns" in found.of(StreamEnded)[0].reason
    assert found.errors == []


def test_standard_input_ends_its_streams(monkeypatch):
    read, write = os.pipe()
    os.write(write, b"II\n1\n2\n")
    os.close(write)
    with os.fdopen(read) as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        with collecting(LineSource("-", {"fs": 100})) as found:
            found.thread.join(5)
    assert found[-1] == StreamEnded("stdin")
    assert found.n_samples == 2


def test_standard_input_that_is_closed_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UserError, match="standard input is closed"):
        LineSource("-", {}).run(None, None, threading.Event())


def test_a_line_without_an_end_is_bounded(monkeypatch):
    monkeypatch.setattr(line_source, "LARGEST", 1000)
    read, write = os.pipe()
    os.write(write, b"x" * 5000)
    with pytest.raises(Exception, match="line of more than"):
        list(read_lines(read, threading.Event()))
    os.close(write)
    os.close(read)


def test_a_pause_is_told_at_once():
    read, write = os.pipe()
    os.write(write, b"a\nb\n")
    lines, begun = read_lines(read, threading.Event()), time.monotonic()
    assert [next(lines), next(lines), next(lines)] == ["a", "b", None]
    assert time.monotonic() - begun < 0.2
    os.close(write)
    assert list(lines) == []
    os.close(read)


@pytest.mark.parametrize("word", ["tcp://", "tcp://a", "tcp://a:b", "tcp://:1", "tcp://[x"])
def test_a_wrong_address_is_refused(word):
    with pytest.raises(UserError, match="is no address"):
        split_address(word)
