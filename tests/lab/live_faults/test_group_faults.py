"""Of two processes of a group one is killed, and nothing is lost or said twice."""

import pytest

from lab.live_faults.group_faults import _compare, kill_one_of_group


@pytest.mark.measurement
def test_the_other_process_goes_on_with_the_streams_of_the_one_that_is_killed(
    stopped, folder, tmp_path
):
    found = kill_one_of_group(stopped, tmp_path, folder)
    assert found.right, found
    assert "Traceback" not in (tmp_path / "first.err").read_text()
    assert "Traceback" not in (tmp_path / "second.err").read_text()


def test_streams_are_compared_one_by_one():
    expected = [(1, "beat"), (2, "beat"), (9, "beat")]
    kept = [{"stream": f"bed{k}", "sample": 1, "kind": "beat"} for k in (1, 2, 3, 4)]
    kept += [{"stream": "bed1", "sample": 2, "kind": "beat"}] * 2
    found = _compare(expected, kept, 2, {"bed1"})
    assert (found.wanted, found.lost, found.more) == (8, 3, 1)
