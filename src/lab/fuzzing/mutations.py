"""Damage the bytes of a file at random, as text and as binary data."""

import re
from collections.abc import Callable

import numpy as np

Mutation = Callable[[np.random.Generator, bytes], bytes]

#: Replacements for numbers and names in a text.
WORDS = (
    *b"""0 -1 1 2 nan inf -inf 1e308 1e-308 99999999999999999999 2147483648 -32769 65536 1000000
    0.5 212 16 8 310 516 0x10 1_0 1/0 x ~ ../x /dev/zero %s ( : + , [] {} null true " mV uV V
    mmHg""".split(),
    b"", b" ", b"\0", b"\xff\xfe",
)  # fmt: skip


def mutate(rng: np.random.Generator, content: bytes) -> bytes:
    """Damage `content` in one to four ways."""
    for _ in range(int(rng.integers(1, 5))):
        content = MUTATIONS[int(rng.integers(len(MUTATIONS)))](rng, content)
    return content


def _place(rng: np.random.Generator, content: bytes) -> int:
    """Draw a position, in half of the cases from the first 600 bytes, where headers are."""
    limit = min(len(content), 600) if rng.random() < 0.5 else len(content)
    return int(rng.integers(limit + 1))


def _span(rng: np.random.Generator, content: bytes) -> slice:
    start = _place(rng, content)
    return slice(start, start + int(2 ** rng.uniform(0, 9)))


def _flip_bit(rng: np.random.Generator, content: bytes) -> bytes:
    changed = bytearray(content)
    place = _place(rng, content)
    if place < len(changed):
        changed[place] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def _overwrite(rng: np.random.Generator, content: bytes) -> bytes:
    changed, span = bytearray(content), _span(rng, content)
    changed[span] = rng.bytes(len(content[span]))
    return bytes(changed)


def _blank(rng: np.random.Generator, content: bytes) -> bytes:
    changed, span = bytearray(content), _span(rng, content)
    byte = (0, 32, 255, 128, 127)[int(rng.integers(5))]
    changed[span] = bytes([byte]) * len(content[span])
    return bytes(changed)


def _delete(rng: np.random.Generator, content: bytes) -> bytes:
    span = _span(rng, content)
    return content[: span.start] + content[span.stop :]


def _insert(rng: np.random.Generator, content: bytes) -> bytes:
    span = _span(rng, content)
    return content[: span.start] + rng.bytes(span.stop - span.start) + content[span.start :]


def _repeat(rng: np.random.Generator, content: bytes) -> bytes:
    span = _span(rng, content)
    return content[: span.stop] + content[span] * int(rng.integers(1, 4)) + content[span.stop :]


def _truncate(rng: np.random.Generator, content: bytes) -> bytes:
    return content[: _place(rng, content)]


def _replace_word(rng: np.random.Generator, content: bytes) -> bytes:
    """Replace a number or a name, in half of the cases by one of the same length, as EDF needs."""
    found = list(re.finditer(rb"[-+]?[\d.]+|[A-Za-z]+", content[:4096]))
    if not found:
        return content
    match = found[int(rng.integers(len(found)))]
    word = WORDS[int(rng.integers(len(WORDS)))]
    if rng.random() < 0.5:
        word = word[: len(match[0])].ljust(len(match[0]))
    return content[: match.start()] + word + content[match.end() :]


def _replace_value(rng: np.random.Generator, content: bytes) -> bytes:
    """Replace the value of an attribute or the text of an element, so that XML stays XML."""
    found = list(re.finditer(rb'(?<==")[^"<>]*(?=")|(?<=>)\s*[^<>\s][^<>]*(?=<)', content))
    if not found:
        return content
    match = found[int(rng.integers(len(found)))]
    word = WORDS[int(rng.integers(len(WORDS)))].replace(b'"', b"")
    return content[: match.start()] + word + content[match.end() :]


def _set_integer(rng: np.random.Generator, content: bytes) -> bytes:
    """Put a number of 1, 2 or 4 bytes in its place that is at an edge of what they hold."""
    size = 1 << int(rng.integers(3))
    number = (0, 1, 2, 7, 255, (1 << 8 * size - 1) - 1, -1, len(content))[int(rng.integers(8))]
    start = _place(rng, content)
    written = (number % (1 << 8 * size)).to_bytes(size, "little")
    return content[:start] + written + content[start + size :]


def _swap_lines(rng: np.random.Generator, content: bytes) -> bytes:
    lines = content.split(b"\n")
    i, j = rng.integers(len(lines), size=2)
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def _drop_line(rng: np.random.Generator, content: bytes) -> bytes:
    lines = content.split(b"\n")
    del lines[int(rng.integers(len(lines)))]
    return b"\n".join(lines)


def _empty(rng: np.random.Generator, content: bytes) -> bytes:
    return b"" if rng.random() < 0.1 else content


MUTATIONS: tuple[Mutation, ...] = (
    _flip_bit, _overwrite, _blank, _delete, _insert, _repeat, _truncate, _replace_word,
    _replace_word, _replace_word, _replace_value, _set_integer, _swap_lines, _drop_line, _empty,
)  # fmt: skip
