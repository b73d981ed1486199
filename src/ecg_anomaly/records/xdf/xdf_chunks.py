"""Find the chunks and streams of an XDF file, and check them before pyxdf reads them.

Source: the specification of XDF 1.0 (github.com/sccn/xdf/wiki). A chunk consists of its length, a
tag and its content; chunks of several streams are interleaved. pyxdf allocates memory for as many
samples as a chunk announces, and misreads the rest of the file when that number is wrong.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting.xml_tree import Element, parse_xml
from ecg_anomaly.records.stored_values import RESTORE, file_size, to_number

MARK = b"XDF:"

#: Tags of the chunks that are read.
STREAM_HEADER, SAMPLES = 2, 3

#: Bytes of a number by the name of its format; streams of text are not read.
WIDTHS = {"int8": 1, "int16": 2, "int32": 4, "int64": 8, "float32": 4, "double64": 8}

#: Most streams, channels of a stream and chunks, and largest chunk in bytes.
MAX_STREAMS, MAX_CHANNELS, MAX_CHUNKS, MAX_CHUNK_BYTES = 256, 4096, 1 << 19, 16 << 20

#: Content of boundary chunks, after which a damaged file can be read on; bytes searched at a time.
BOUNDARY, BLOCK_BYTES = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4"), 1 << 20

#: Most bytes of the description of a stream.
MAX_HEADER_BYTES = 1 << 20


@dataclass
class XdfStream:
    """A stream of an XDF file.

    Attributes
    ----------
    number : int
        Number by which chunks refer to the stream.
    header : bytes
        Description of the stream, XML.
    described : Element
        The description as a tree.
    chunks : list of (int, int)
        First byte and length of the content of each chunk of samples.
    """

    number: int
    header: bytes
    described: Element
    chunks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the stream."""
        return self.described.text_of("name")

    @property
    def kind(self) -> str:
        """Type of the stream in capitals, such as ``"ECG"``."""
        return self.described.text_of("type").upper()

    @property
    def fs(self) -> float:
        """Nominal sampling rate in Hz; 0 where none is stated, NaN when it is not a number."""
        return to_number(self.described.text_of("nominal_srate") or "0")

    @property
    def n_channels(self) -> int:
        """Number of channels; 0 when it is not a number or out of range."""
        stated = to_number(self.described.text_of("channel_count"))
        return int(stated) if 1 <= stated <= MAX_CHANNELS and stated % 1 == 0 else 0

    @property
    def width(self) -> int:
        """Bytes of the values of a sample; 0 when they are not numbers."""
        return self.n_channels * WIDTHS.get(self.described.text_of("channel_format"), 0)

    def channels(self) -> list[tuple[str, str]]:
        """Return the name and unit of each channel, ``""`` where the stream states none."""
        rows = self.described.find_all("desc/channels/channel")[: self.n_channels]
        found = [(row.text_of("label") or row.text_of("name"), row.text_of("unit")) for row in rows]
        return found + [("", "")] * (self.n_channels - len(found))


@dataclass(frozen=True)
class XdfLayout:
    """The streams of an XDF file.

    Attributes
    ----------
    streams : tuple of XdfStream
        In the order of the file.
    damage : str
        Where the file is damaged first; what follows is skipped up to the next boundary chunk.
        ``""`` without damage.
    """

    streams: tuple[XdfStream, ...]
    damage: str


def read_layout_of_chunks(path: Path) -> XdfLayout:
    """Find the streams of an XDF file and where their samples are.

    Raises
    ------
    UserError
        When it is no XDF file, the description of a stream is malformed, or a limit on streams or
        chunks is exceeded.
    """
    size, streams, damage = file_size(path), dict[int, XdfStream](), ""
    try:
        with path.open("rb") as stream:
            if stream.read(len(MARK)) != MARK:
                raise UserError(path, "does not begin with 'XDF:'", "check the file's format")
            for tag, start, length in _walk(path, stream, size):
                if tag == 0:
                    damage = damage or f"damaged or cut off at byte {start}"
                elif tag == STREAM_HEADER:
                    _add_stream(path, stream, length, streams)
                elif tag == SAMPLES and length >= 5:
                    number = struct.unpack("<I", stream.read(4))[0]
                    if number in streams and length <= MAX_CHUNK_BYTES:
                        streams[number].chunks.append((start + 4, length - 4))
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
        raise UserError(path, rule, "check its permissions") from error
    return XdfLayout(tuple(streams.values()), damage)


def _walk(path: Path, stream: BufferedReader, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield tag, first byte and length of the content of each chunk; tag 0 where one is damaged."""
    place = len(MARK)
    for _ in range(MAX_CHUNKS):
        if place >= size:
            return
        stream.seek(place)
        n_bytes = stream.read(1)[0]
        raw = stream.read(n_bytes + 2) if n_bytes in (1, 4, 8) else b""
        length = int.from_bytes(raw[:n_bytes], "little")
        start = place + 1 + n_bytes
        if len(raw) < n_bytes + 2 or length < 2 or start + length > size:
            yield 0, place, 0
            place = _find_boundary(stream, place, size)
            continue
        yield struct.unpack("<H", raw[n_bytes:])[0], start + 2, length - 2
        place = start + length
    raise UserError(path, f"more than {MAX_CHUNKS} chunks", "cut the recording")


def _find_boundary(stream: BufferedReader, place: int, size: int) -> int:
    """Return the end of the next boundary chunk, or of the file."""
    for start in range(place, size, BLOCK_BYTES):
        stream.seek(start)
        found = stream.read(BLOCK_BYTES + len(BOUNDARY) - 1).find(BOUNDARY)
        if found >= 0:
            return start + found + len(BOUNDARY)
    return size


def _add_stream(
    path: Path, stream: BufferedReader, length: int, streams: dict[int, XdfStream]
) -> None:
    if not 4 < length <= MAX_HEADER_BYTES or len(streams) >= MAX_STREAMS:
        rule = f"description of a stream of {length} bytes, after {len(streams)} others"
        raise UserError(path, rule, RESTORE)
    number = struct.unpack("<I", stream.read(4))[0]
    header = stream.read(length - 4)
    if number in streams:
        raise UserError(path, f"two streams have the number {number}", RESTORE)
    streams[number] = XdfStream(number, header, parse_xml(path, header))
