"""Downloads from a real server on this machine: resume, wrong bytes, no server."""

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ecg_anomaly.files.download import download_file, download_files
from ecg_anomaly.files.errors import UserError

CONTENT = bytes(range(256)) * 2000


class Server(ThreadingHTTPServer):
    """Serves `files`; cuts the next reply after `cut_at` bytes; `ranges` False ignores Range."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {"/a.dat": CONTENT, "/b.dat": b"b"}
        self.cut_at = None
        self.ranges = True
        self.requests = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, asked = self.server, self.headers.get("Range")
        server.requests.append((self.path, asked))
        content = server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and server.ranges else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : server.cut_at])
        server.cut_at = None

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


DIGESTS = {"a.dat": sha256(CONTENT), "b.dat": sha256(b"b")}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_all_files_arrive_and_are_not_fetched_again(server, tmp_path, capsys):
    download_files(server.url + "/", DIGESTS, tmp_path / "db")
    assert (tmp_path / "db" / "a.dat").read_bytes() == CONTENT
    assert names(tmp_path / "db") == ["a.dat", "b.dat"]
    assert "2/2 done" in capsys.readouterr().err
    server.requests.clear()
    download_files(server.url, DIGESTS, tmp_path / "db")
    assert server.requests == []


def test_a_damaged_file_is_fetched_again(server, tmp_path):
    (tmp_path / "a.dat").write_bytes(CONTENT[:-1] + b"\0")
    download_files(server.url, {"a.dat": DIGESTS["a.dat"]}, tmp_path)
    assert (tmp_path / "a.dat").read_bytes() == CONTENT


def test_interrupted_download_goes_on_where_it_stopped(server, tmp_path):
    server.cut_at = 100_000
    with pytest.raises(UserError, match="run it again to resume"):
        download_files(server.url, DIGESTS, tmp_path)
    assert names(tmp_path) == ["a.dat.part"]
    have = (tmp_path / "a.dat.part").stat().st_size
    assert 0 < have <= 100_000
    download_files(server.url, DIGESTS, tmp_path)
    assert ("/a.dat", f"bytes={have}-") in server.requests
    assert (tmp_path / "a.dat").read_bytes() == CONTENT
    assert names(tmp_path) == ["a.dat", "b.dat"]


def test_a_server_without_ranges_starts_over(server, tmp_path):
    server.ranges = False
    (tmp_path / "a.dat.part").write_bytes(CONTENT[:1000])
    download_files(server.url, DIGESTS, tmp_path)
    assert (tmp_path / "a.dat").read_bytes() == CONTENT


def test_a_part_that_is_already_whole_needs_no_byte(server, tmp_path):
    (tmp_path / "a.dat.part").write_bytes(CONTENT)
    download_file(server.url + "/a.dat", tmp_path / "a.dat", DIGESTS["a.dat"])
    assert (tmp_path / "a.dat").read_bytes() == CONTENT


@pytest.mark.parametrize("part", [None, CONTENT + b"more"])
def test_wrong_bytes_are_refused_and_not_kept(server, tmp_path, part):
    server.files["/a.dat"] = CONTENT[:-1] + b"\0"
    if part:
        (tmp_path / "a.dat.part").write_bytes(part)
    with pytest.raises(UserError, match="SHA256 differs") as caught:
        download_file(server.url + "/a.dat", tmp_path / "a.dat", DIGESTS["a.dat"])
    assert caught.value.where == server.url + "/a.dat"
    assert names(tmp_path) == []


def test_absent_file_names_the_status(server, tmp_path):
    with pytest.raises(UserError, match=r"c\.dat: cannot be downloaded \(HTTPError 404\)"):
        download_file(server.url + "/c.dat", tmp_path / "c.dat", None)
    assert names(tmp_path) == []


def test_server_away_is_a_users_error(tmp_path):
    with Server() as stopped:
        url = stopped.url
    with pytest.raises(UserError, match=r"cannot be downloaded \(ConnectionError\)"):
        download_files(url, DIGESTS, tmp_path)
    assert names(tmp_path) == []


def test_target_that_cannot_be_written_is_a_users_error(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        download_files(server.url, {"b.dat": DIGESTS["b.dat"]}, tmp_path / "file")
    (tmp_path / "b.dat").mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        download_files(server.url, {"b.dat": DIGESTS["b.dat"]}, tmp_path)
