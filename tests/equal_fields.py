"""Compare dataclasses of arrays field by field, for tests."""

from dataclasses import fields

import numpy as np


def assert_equal(one, other, message: str = "") -> None:
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=f"{message}.{field.name}")
        else:
            assert_equal(a, b, field.name)
