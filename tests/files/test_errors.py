import pickle

from ecg_anomaly.files.errors import UserError


def test_message_is_one_line_with_file_rule_and_way_out():
    error = UserError("a.hea", "gain is 0\nin  line 2", "write the gain")
    assert str(error) == "a.hea: gain is 0 in line 2; write the gain"


def test_survives_the_way_back_from_a_worker_process():
    error = pickle.loads(pickle.dumps(UserError("key", "rule", "way out")))
    assert (error.where, error.rule, error.way_out) == ("key", "rule", "way out")
