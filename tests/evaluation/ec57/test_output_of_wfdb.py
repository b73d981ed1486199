"""Our tables are those that WFDB's programs print, to the character; needs their output.

The folder ``ECG_ANOMALY_EC57`` holds ``annotations/RECORD.ANNOTATOR``, and in ``expected/`` what
the programs print for them; the reference is ``../data/mitdb``.
"""

import os
from pathlib import Path

import pytest

from ecg_anomaly.cli.main import main

FOLDER = Path(os.environ.get("ECG_ANOMALY_EC57", "not set"))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="ECG_ANOMALY_EC57 is not set")


def test_every_table_of_every_annotator(tmp_path):
    names = {path.suffix[1:] for path in (FOLDER / "annotations").iterdir()}
    options = [word for name in sorted(names) for word in ("--test-annotator", name)]
    folders = [str(FOLDER.parent / "data" / "mitdb"), str(FOLDER / "annotations")]
    assert main(["compare", *folders, *options, "--output", str(tmp_path)]) == 0
    expected = {path.name: path.read_text("utf-8") for path in (FOLDER / "expected").iterdir()}
    ours = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert set(ours) == set(expected)
    assert [name for name, text in ours.items() if text != expected[name]] == []
