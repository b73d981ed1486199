"""Read the weights out of an ONNX file, to check them: ONNX Runtime runs with NaN and says nothing.

The package `onnx` would read the file too, but its import takes longer than an hour of recording
takes to score. An ONNX file is a message of Protocol Buffers, read here by the numbers of its
fields (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet
from numpy.typing import NDArray

#: Kind of message behind the fields through which tensors are reached.
_INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor"},
}

#: Fields of a tensor.
_DATA_TYPE, _FLOATS, _RAW, _DOUBLES, _EXTERNAL = 2, 4, 9, 10, 13

#: Type of raw data by its number; other types hold no number that is not finite.
_TYPES: dict[Any, np.dtype[Any]] = {1: np.dtype("<f4"), 10: np.dtype("<f2"), 11: np.dtype("<f8")}


def read_weights(path: str | Path) -> Iterator[NDArray[Any]]:
    """Yield every tensor of floating point numbers in an ONNX file, flat.

    Parameters
    ----------
    path : str or Path
        An ONNX file: weights and constants are looked for in graphs, functions and nodes.

    Raises
    ------
    ValueError
        When the file is no message, or a tensor lies in another file.
    """
    try:
        yield from _find_tensors(Path(path).read_bytes(), "model")
    except ValueError:
        raise
    except Exception as error:  # of Protocol Buffers, whose class depends on its implementation
        raise ValueError(f"no ONNX file ({error})") from error


def _find_tensors(content: bytes, kind: str) -> Iterator[NDArray[Any]]:
    fields = _read_fields(content)
    if kind == "tensor":
        yield from _read_tensor(fields)
        return
    for number, value in fields:
        inside = _INSIDE[kind].get(number)
        if inside and isinstance(value, bytes):
            yield from _find_tensors(value, inside)


def _read_fields(content: bytes) -> list[tuple[int, Any]]:
    message = Empty()
    message.ParseFromString(content)
    return [(field.field_number, field.data) for field in UnknownFieldSet(message)]


def _read_tensor(fields: list[tuple[int, Any]]) -> Iterator[NDArray[Any]]:
    kind = next((value for number, value in fields if number == _DATA_TYPE), None)
    for number, value in fields:
        if number == _EXTERNAL:
            raise ValueError("a weight lies in another file")
        if not isinstance(value, bytes):
            continue
        stored = {_RAW: _TYPES.get(kind), _FLOATS: _TYPES[1], _DOUBLES: _TYPES[11]}.get(number)
        if stored is not None:
            yield np.frombuffer(value, stored)
