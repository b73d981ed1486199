import pickle

import pytest

from ecg_anomaly.files.errors import MOST_QUOTED, MOST_SAID, UserError, list_some


def test_message_is_one_line_with_file_rule_and_way_out():
    error = UserError("a.hea", "gain is 0\nin  line 2", "write the gain")
    assert str(error) == "a.hea: gain is 0 in line 2; write the gain"


def test_survives_the_way_back_from_a_worker_process():
    error = pickle.loads(pickle.dumps(UserError("key", "rule", "way out")))
    assert (error.where, error.rule, error.way_out) == ("key", "rule", "way out")


@pytest.mark.parametrize("around", ["line {!r} is malformed", "gain is {} in a line", 'is "{}"'])
@pytest.mark.parametrize("letter", ["9", "9 "])
def test_what_is_complained_about_is_repeated_in_part(around, letter):
    error = UserError("a.hea", around.format(letter * 10_000_000), "correct it")
    assert len(error.rule) <= MOST_SAID
    if "{}" not in around or letter == "9":
        assert error.rule.count("9") <= MOST_QUOTED
    assert around.split("{")[0].strip(' "') in error.rule


def test_our_own_words_and_short_quotes_stay():
    rule = "the record's length is '5' in the header's line and so on, " * 4
    assert UserError("a" * 200, rule, "way").rule == rule
    assert UserError("a" * 200, rule, "way").where == "a" * 200


def test_a_list_of_names_is_as_long_as_a_message_may_be():
    assert list_some(["MLII", "V1"]) == "MLII, V1"
    assert len(list_some(f"lead {k}" for k in range(10**6))) <= MOST_QUOTED + len(", ...")
    assert len(list_some(["x" * 10**6])) <= MOST_QUOTED
    assert list_some([]) == ""
