"""The script: a table of contents, and a worker of itself."""

import sys

from pipeline_copy import ROOT, call


def test_without_a_word_it_says_what_it_can_measure():
    for words in ([], ["everything"]):
        result = call([sys.executable, "-m", "lab.timing.sweeps", *words], ROOT / "src")
        assert result.returncode == 1
        assert "lab.timing.sweeps pruning" in result.stderr
