import json

import pytest

from ecg_anomaly.live.events import Event
from ecg_anomaly.live.outputs.printed_events import PrintedEvents, read_tail


def row(sample):
    return {"stream": "a", "run": 1, "sample": sample, "kind": "beat"}


@pytest.fixture
def out(tmp_path):
    with (tmp_path / "out.ndjson").open("a+") as file:
        yield file


def printing(out):
    def print_line(line):
        out.write(line + "\n")
        out.flush()

    return PrintedEvents(out, print_line)


def samples(out):
    out.seek(0)
    return [json.loads(line)["sample"] for line in out if line.startswith("{") and "}" in line]


def test_what_is_in_the_file_already_is_not_printed_again(out):
    printing(out).print_events([Event("a", k, "beat", k / 100, {}, 1) for k in (1, 2, 3)])
    printing(out).print_missed([row(k) for k in (2, 3, 4)])
    assert samples(out) == [1, 2, 3, 4]


def test_a_line_that_was_cut_off_is_printed_whole(out):
    out.write(json.dumps(row(1)) + "\n" + json.dumps(row(2))[:20])
    out.flush()
    printing(out).print_missed([row(1), row(2)])
    assert samples(out) == [1, 2]


def test_a_pipe_or_nothing_has_no_tail(capsys):
    assert read_tail(None) == b""
    lines = []
    PrintedEvents(None, lines.append).print_missed([row(1)])
    assert len(lines) == 1
