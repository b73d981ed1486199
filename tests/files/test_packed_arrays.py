"""What is packed is unpacked, and bytes that claim something else are refused."""

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from ecg_anomaly.files.packed_arrays import MAGIC, pack_arrays, unpack_arrays

TYPES = st.sampled_from(["<f4", "<f8", "<i8", "<i2", "|u1", "|b1", "<U5", "|S3"])
ARRAYS = st.dictionaries(
    st.text(max_size=8),
    TYPES.flatmap(lambda kind: stn.arrays(kind, stn.array_shapes(min_dims=0, min_side=0))),
    max_size=5,
)


@given(ARRAYS, st.booleans())
def test_what_is_packed_is_unpacked(arrays, by_columns):
    if by_columns:
        arrays = {name: np.asfortranarray(array) for name, array in arrays.items()}
    header, found = unpack_arrays(pack_arrays({"a": [1, "x"]}, arrays))
    assert header == {"a": [1, "x"]}
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert found[name].tobytes("A") == array.tobytes("A")  # the order in memory as well
        assert found[name].flags.writeable
        assert found[name].flags.aligned


def test_a_view_is_packed_as_its_values():
    view = np.arange(12.0).reshape(3, 4)[:, ::2]
    (found,) = unpack_arrays(pack_arrays({}, {"a": view}))[1].values()
    np.testing.assert_array_equal(found, view)


@pytest.mark.parametrize(
    "array", [np.array([{}], object), np.zeros(2, "f4,i2"), np.zeros(2, "datetime64[s]")]
)
def test_only_numbers_truth_values_and_text_are_packed(array):
    with pytest.raises(TypeError, match="cannot be packed"):
        pack_arrays({}, {"a": array})


@given(st.data())
def test_damage_is_noticed(data):
    packed = bytearray(pack_arrays({"n": 1}, {"a": np.arange(5.0)}))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match=r"layout|checksum"):
        unpack_arrays(bytes(packed))


@given(st.integers(0, 60))
def test_a_part_is_refused(n):
    packed = pack_arrays({"n": 1}, {"a": np.arange(5.0)})
    with pytest.raises(ValueError, match=r"short|layout|checksum"):
        unpack_arrays(packed[:n])


def with_table(table: object, values: bytes = bytes(40)) -> bytes:
    text = json.dumps(table).encode()
    checked = struct.pack("<Q", len(text)) + text + values
    return MAGIC + struct.pack("<I", zlib.crc32(checked)) + checked


def test_claims_are_checked_before_memory_is_taken():
    assert unpack_arrays(with_table([{}, [["a", "<f8", False, [5]]]]))[1]["a"].shape == (5,)
    for shape in ([1 << 60], [6], [4], [-5], [5.0], [True], 5, None, [1 << 40, 1 << 40]):
        with pytest.raises(ValueError, match=r"early|longer|table"):
            unpack_arrays(with_table([{}, [["a", "<f8", False, shape]]]))


@pytest.mark.parametrize(
    "kind",
    ["|O8", "O", "<f8,<i4", "nonsense", "<M8[s]", "|V8", "", "<f8" * 9, "f4,(", "1" * 5000, "<f3"],
)
def test_a_type_that_is_none_is_refused(kind):
    with pytest.raises(ValueError, match=r"type|early|longer"):
        unpack_arrays(with_table([{}, [["a", kind, False, [5]]]]))


@pytest.mark.parametrize(
    "table", [3, [], {}, [{}], [[], []], [{}, [3]], [{}, [["a"]]], [{}, [[1, "<f8", False, [5]]]]]
)
def test_a_table_that_is_none_is_refused(table):
    with pytest.raises(ValueError, match="table"):
        unpack_arrays(with_table(table))
