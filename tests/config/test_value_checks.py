import math

import pytest

from ecg_anomaly.config.value_checks import check_choice, check_folder_name, check_range, check_seed
from ecg_anomaly.files.errors import UserError


def test_a_choice_names_the_choices():
    check_choice("key", "a", ("a", "b"))
    with pytest.raises(UserError, match="key: 'c' is not one of a, b; change it in conf/"):
        check_choice("key", "c", ("a", "b"))


@pytest.mark.parametrize(
    ("value", "low_included", "high_included", "inside"),
    [
        (0, False, True, False),
        (0, True, True, True),
        (1, False, True, True),
        (1, False, False, False),
        (0.5, False, False, True),
        (-1, True, True, False),
        (2, True, True, False),
        (math.nan, True, True, False),
        (math.inf, True, True, False),
        (-math.inf, True, True, False),
    ],
)
def test_a_range_includes_its_ends_as_told(value, low_included, high_included, inside):
    def check():
        check_range("key", value, 0, 1, low_included=low_included, high_included=high_included)

    if inside:
        check()
    else:
        with pytest.raises(UserError, match=r"key: .* is outside"):
            check()


def test_names_are_plain_names_of_folders():
    check_folder_name("key", "my_data-2")
    for name in ("", ".", "..", "a/b", "/tmp", "~", ".hidden", "a b", "ü", "x" * 65, "a\n"):
        with pytest.raises(UserError, match="key:"):
            check_folder_name("key", name)


def test_seeds_are_those_of_numpy_and_keras():
    check_seed("key", 0)
    check_seed("key", 2**32 - 1)
    for seed in (-1, 2**32):
        with pytest.raises(UserError, match="key:"):
            check_seed("key", seed)
