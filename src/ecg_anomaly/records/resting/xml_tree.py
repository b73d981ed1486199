"""Read an XML file as a tree of elements, with limits on everything a file can ask for.

A few bytes of XML can expand to gigabytes: entities that name other entities, attributes that a
document type adds to every element, millions of empty elements. No ECG needs any of it. Only
expat of the standard library is used, which fetches nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE, file_size, read_bytes

#: Largest file: ten minutes of twelve leads at 500 Hz; ten seconds take half a megabyte.
MAX_BYTES = 16 << 20

#: Most elements of a file, attributes included, and deepest nesting; recorders write some thousand
#: elements.
MAX_ELEMENTS, MAX_DEPTH = 200_000, 64

#: A tag of more than 64 kB, whose attributes would take many times its length.
_LONG_TAG = re.compile(rb"<[^!<>][^<>]{65536}")

#: Errors of expat that an XML declaration which names the wrong encoding causes.
_WRONG_ENCODING = frozenset(
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
    )
)


@dataclass(slots=True)
class Element:
    """An element of an XML file.

    Attributes
    ----------
    name : str
        Without the prefix of its namespace.
    attributes : dict of str to str
        By their names without prefix.
    parts : list of str
        Its text, in pieces.
    children : list of Element
        Its child elements.
    """

    name: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    children: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without that of its children, stripped."""
        return "".join(self.parts).strip()

    def find_all(self, path: str) -> list["Element"]:
        """Find the elements at a path of names below this one, as ``"component/series"``."""
        found = [self]
        for name in path.split("/"):
            found = [child for element in found for child in element.children if child.name == name]
        return found

    def find(self, path: str) -> "Element | None":
        """Find the first element at a path of names; None when there is none."""
        return next(iter(self.find_all(path)), None)

    def text_of(self, path: str) -> str:
        """Return the text of the first element at a path; ``""`` when there is none."""
        found = self.find(path)
        return found.text if found else ""

    def walk(self) -> Iterator["Element"]:
        """Yield this element and all below it, in the order of the file."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


def read_xml(path: Path) -> Element:
    """Read an XML file and return its root element.

    Parameters
    ----------
    path : Path
        A file of `MAX_BYTES` at most, in UTF-8, UTF-16, Latin-1 or another encoding that it
        declares. If its bytes contradict the declaration it is read as Latin-1, where every byte
        is a character: numbers are the same in all these encodings.

    Raises
    ------
    UserError
        When it is not XML, it is damaged or too large, or it defines entities or a document type.
    """
    size = file_size(path)
    if size > MAX_BYTES:
        rule = f"{size >> 20} MB of XML, more than {MAX_BYTES >> 20}"
        raise UserError(path, rule, "cut the recording, or convert it to EDF or WFDB")
    return parse_xml(path, read_bytes(path, 0, size).tobytes())


def parse_xml(path: Path, content: bytes) -> Element:
    """Parse XML from memory and return its root element; see `read_xml`.

    Parameters
    ----------
    path : Path
        Named in errors.
    content : bytes
        The text.

    Raises
    ------
    UserError
        See `read_xml`.
    """
    if _LONG_TAG.search(content):
        raise UserError(path, "a tag of more than 64 kB", RESTORE)
    try:
        return _parse(path, content, None)
    except expat.ExpatError as error:
        if error.code not in _WRONG_ENCODING:
            raise _damaged(path, error) from error
    except (LookupError, ValueError):  # an encoding that Python does not know
        pass
    try:
        return _parse(path, content, "iso-8859-1")
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _damaged(path, error) from error


def _parse(path: Path, content: bytes, encoding: str | None) -> Element:
    parser = expat.ParserCreate(encoding)
    builder = _TreeBuilder(path)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.add_text
    parser.StartDoctypeDeclHandler = builder.refuse_definitions
    parser.EntityDeclHandler = builder.refuse_entity
    parser.Parse(content, True)
    return builder.top.children[0]


def _damaged(path: Path, error: Exception) -> UserError:
    return UserError(path, f"no whole XML: {error}", RESTORE)


class _TreeBuilder:
    """Builds the tree while expat reads, and stops it at the limits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._n_elements = 0
        self.top = Element("", {})
        self._open = [self.top]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._n_elements += 1 + len(attributes)
        if self._n_elements > MAX_ELEMENTS:
            raise self._refusal(f"more than {MAX_ELEMENTS} elements and attributes")
        if len(self._open) > MAX_DEPTH:
            raise self._refusal(f"elements within each other, more than {MAX_DEPTH}")
        element = Element(_local(name), {_local(key): text for key, text in attributes.items()})
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def add_text(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def refuse_definitions(
        self, _name: str, _system: str | None, _public: str | None, internal: bool
    ) -> None:
        if internal:
            raise self._refusal("a document type that is defined in the file")

    def refuse_entity(self, name: str, *_: object) -> None:
        raise self._refusal(f"an entity that is defined in the file, {name!r}")

    def _refusal(self, what: str) -> UserError:
        return UserError(self._path, f"{what}: no ECG needs that", RESTORE)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
