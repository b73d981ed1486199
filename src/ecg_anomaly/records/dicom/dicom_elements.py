"""Read the elements of a DICOM file with pydicom, within limits of bytes and elements.

pydicom trusts the file: it inflates a compressed file to any size, and makes an object of every
element. So the size of a file is limited before it is read, and the number of elements meanwhile.
"""

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.records.stored_values import RESTORE, file_size, read_bytes

if TYPE_CHECKING:
    from pydicom import Dataset

#: Largest file, bytes: a minute of twelve leads at 1 kHz is 1.4 MB.
MAX_BYTES = 32 << 20

#: Most reads by pydicom, about one for each element and item; a 12-lead ECG takes some thousand.
MAX_READS = 200_000

#: The transfer syntax of files that are compressed as a whole.
DEFLATED = b"1.2.840.10008.1.2.1.99"

_CONVERT = "convert it to uncompressed DICOM, EDF or WFDB"


class DicomElements:
    """The elements of a DICOM file.

    Parameters
    ----------
    path : Path
        The file, with its preamble or without.

    Attributes
    ----------
    little_endian : bool
        Whether the low byte of a stored number comes first.

    Raises
    ------
    UserError
        When pydicom is not installed, or the file is too large, compressed or malformed.
    """

    def __init__(self, path: Path) -> None:
        try:
            import pydicom
        except ImportError:
            raise missing_package(path, "a DICOM file", "pydicom") from None
        size = file_size(path)
        if size > MAX_BYTES:
            rule = f"{size >> 20} MB, a DICOM file is read up to {MAX_BYTES >> 20} MB"
            raise UserError(path, rule, "convert it to EDF or WFDB")
        raw = read_bytes(path, 0, size).tobytes()
        if DEFLATED in raw:
            raise UserError(path, "a deflated DICOM file", _CONVERT)
        self._path, self._reads = path, 0
        with self.refuse_malformed():
            self._top = pydicom.dcmread(_CountedBytes(raw, self), force=True)
            self.little_endian = self._top.original_encoding[1] is not False

    def count_read(self) -> None:
        """Count a read of pydicom; stop it when there were too many.

        Raises
        ------
        MemoryError
            When there were; pydicom hides any other exception that is raised while it reads.
        """
        self._reads += 1
        if self._reads > MAX_READS:
            raise MemoryError

    @contextmanager
    def refuse_malformed(self) -> Iterator[None]:
        """Turn whatever pydicom raises into a `UserError`, and suppress its warnings."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except UserError:
            raise
        except Exception as error:  # pydicom raises some ten kinds
            if self._reads > MAX_READS:
                rule = f"more than {MAX_READS} elements"
                raise UserError(self._path, rule, "convert it to EDF or WFDB") from error
            rule = f"malformed DICOM ({type(error).__name__}: {str(error)[:60]})"
            raise UserError(self._path, rule, RESTORE) from error

    def items(self, keyword: str, within: "Dataset | None" = None) -> "list[Dataset]":
        """Return the items of a sequence; an empty list when the file has no such sequence.

        Parameters
        ----------
        keyword : str
            Name of the element, as ``"WaveformSequence"``.
        within : Dataset, optional
            An item of another sequence; the file itself by default.
        """
        from pydicom.filereader import read_sequence

        parent = self._top if within is None else within
        if keyword not in parent:
            return []
        element = parent.get_item(keyword)
        if not isinstance(element.value, bytes):
            return list(element.value or [])
        content = _CountedBytes(element.value, self)
        implicit, little = element.is_implicit_VR, element.is_little_endian
        return list(read_sequence(content, implicit, little, len(element.value), ["iso8859"]))

    def text(self, keyword: str, within: "Dataset | None" = None) -> str:
        """Return an element as text; ``""`` when it is absent."""
        value = (self._top if within is None else within).get(keyword)
        return "" if value is None else str(value).strip()

    def number(self, keyword: str, within: "Dataset", default: float = math.nan) -> float:
        """Return an element as a number: NaN when it is none, `default` when it is absent."""
        value: Any = within.get(keyword)
        if value is None or value == "":
            return default
        try:
            return float(value)
        except (TypeError, ValueError):
            return math.nan

    def content(self, keyword: str, within: "Dataset") -> bytes:
        """Return the bytes of an element as stored; empty when it is absent."""
        value = within.get_item(keyword).value if keyword in within else None
        return value if isinstance(value, bytes) else b""


class _CountedBytes(io.BytesIO):
    """Bytes in memory that count every read."""

    def __init__(self, content: bytes, counter: DicomElements) -> None:
        super().__init__(content)
        self._counter = counter

    def read(self, size: int | None = -1) -> bytes:
        """Count the read, then read as `io.BytesIO` does."""
        self._counter.count_read()
        return super().read(size)
