from ecg_anomaly.records.lead_names import standard_lead
from ecg_anomaly.records.signal_words import MEASURED, MEASURED_BEGINNINGS, PLACES, WITHOUT_MEANING


def test_words_are_in_the_case_in_which_they_are_looked_up():
    for words in (MEASURED, MEASURED_BEGINNINGS, PLACES, WITHOUT_MEANING):
        assert all(word == word.casefold().strip() for word in words)


def test_no_word_is_that_of_a_lead():
    words = {*MEASURED, *MEASURED_BEGINNINGS, *PLACES, *WITHOUT_MEANING}
    assert [word for word in words if standard_lead(word)] == []


def test_a_word_stands_in_one_list():
    assert not MEASURED & PLACES
    assert not MEASURED & WITHOUT_MEANING
    assert not PLACES & WITHOUT_MEANING
