import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources.source_words import FORMS, OPENERS, open_source


def test_an_unknown_word_says_what_to_write():
    with pytest.raises(UserError, match=r"100\.dat: not a source.*replay:100\.dat"):
        open_source("100.dat")
    assert FORMS.keys() == OPENERS.keys()


def test_a_long_word_is_cut():
    with pytest.raises(UserError) as caught:
        open_source("x" * 10_000)
    assert len(str(caught.value)) < 500
