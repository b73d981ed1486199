"""Masters of Spark: those that it knows pass, others are one line, local ones survive kills."""

import pytest

from ecg_anomaly.archive.spark_master import check_master, name_local
from ecg_anomaly.files.errors import UserError


@pytest.mark.parametrize(
    ("master", "named"),
    [
        ("local", "local[1,40]"),
        ("local[*]", "local[*,40]"),
        ("local[2,1]", "local[2,1]"),
        ("spark://host:7077", "spark://host:7077"),
    ],
)
def test_a_local_master_survives_killed_workers(master, named):
    assert name_local(master) == named


@pytest.mark.parametrize(
    "master",
    [
        "local", "local[*]", "local[4]", "local[2, 3]", "local-cluster[2,1,700]", "yarn",
        "spark://host:7077", "spark://one:7077,two:7077", "spark://[::1]:7077",
        "k8s://https://host:6443", "other+scheduler://host",
    ],
)  # fmt: skip
def test_what_spark_knows_passes(master):
    check_master(master)


@pytest.mark.parametrize(
    "master",
    ["", "foo", "local[0]", "local[-1]", "local[x]", "local[]", "local-cluster[2,1]",
     "spark://host", "spark://", "://x", "local ", "yarn-client"],
)  # fmt: skip
def test_what_is_no_master_is_one_line(master):
    with pytest.raises(UserError, match=r"--master: .* is no master of Spark; give local\[4\]"):
        check_master(master)
