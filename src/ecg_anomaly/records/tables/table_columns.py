"""Derive from the names of a table's columns their units, and which of them tell the time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ecg_anomaly.records.ecg_signals import Signal
from ecg_anomaly.records.lead_names import kind_of, standard_lead
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.tables.table_text import MISSING
from ecg_anomaly.records.voltage_units import millivolts_per

#: Most columns of a table.
MAX_COLUMNS = 512

#: Seconds per unit of time.
SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millis", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "micros", "microseconds"), 1e-6),
    **dict.fromkeys(("ns", "nanos", "nanoseconds"), 1e-9),
    **dict.fromkeys(("min", "minutes"), 60.0),
}

#: Words in the name of a column of time, and in that of a column that counts samples.
_TIME = re.compile(
    r"(time|timer|times|t|elapsed|seconds?|secs?|millis(econds)?|timestamps?|date|datetime|clock"
    r"|utc|gmt|zeit|uhrzeit|hora|tiempo|temps|heure|ms|us|ns|s)"
)
_COUNT = re.compile(r"(samples?|index|idx|unnamed|n|#|counter|count|row|frame|number|num|nr|no)")

_BRACKETED = re.compile(r"^(?P<name>.*?)[\s_]*[\[(](?P<unit>[^\[\]()]*)[\])]\s*$", re.DOTALL)
_SUFFIX = re.compile(r"^(?P<name>.+?)[\s_]+(?P<unit>[mu\u00b5\u03bc]v|ms|us|ns|sec|seconds)$", re.I)


_CLOCK = re.compile(r"\W*(\d{4}-\d\d-\d\d[T ]|[\d/.-]+[ ,T]+)?(\d+:)?\d{1,2}:\d\d([.,:]\d+)?.*")

#: Fault of a column of clock times or dates: it is no lead, but tells the time.
HOLDS_TIMES = "holds times"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    index : int
        Index of the column in the table.
    name, unit : str
        From the table; the unit without brackets, ``""`` where none is stated.
    fault : str
        Why it cannot be a lead, by its values; ``""`` when it can.
    """

    index: int
    name: str
    unit: str = ""
    fault: str = ""

    @property
    def tells_time(self) -> bool:
        """Whether its name or its values are those of times or of sample numbers."""
        return (
            self.fault == HOLDS_TIMES
            or self.counts
            or any(_TIME.fullmatch(word) for word in self._words())
        )

    @property
    def counts(self) -> bool:
        """Whether its name is that of a counter of samples."""
        words = self._words()
        timed = any(_TIME.fullmatch(word) for word in words)
        return not timed and any(_COUNT.fullmatch(word) for word in words)

    @property
    def seconds(self) -> float | None:
        """Seconds per unit of its numbers; None where no unit of time is stated."""
        return SECONDS.get(self.unit.casefold().strip())

    def _words(self) -> list[str]:
        if standard_lead(self.name) is not None:
            return []
        return re.findall(r"[^\W\d_]+|#", self.name.casefold())


def read_column(index: int, name: str, unit: str = "", fault: str = "") -> Column:
    """Make a column from its name, which may hold a unit.

    Parameters
    ----------
    index : int
        Index of the column in the table.
    name : str
        As in the table: ``ecg [uV]``, ``timestamp_ms``, ``V1``.
    unit : str
        From a row of units under the names; used if the name holds none.
    fault : str
        See `Column`.

    Examples
    --------
    >>> read_column(0, "ecg [uV]")
    Column(index=0, name='ecg', unit='uV', fault='')
    """
    name = name.strip()
    for pattern in (_BRACKETED, _SUFFIX):
        match = pattern.match(name)
        if match and match["name"].strip() and is_unit(match["unit"]):
            return Column(index, match["name"].strip(), match["unit"].strip(), fault)
    return Column(index, name, unit.strip(" \t[]()"), fault)


def find_fault(fields: Sequence[str], numeric: bool) -> str:
    """Say why the values of a column are not those of a lead: they are text, or only count.

    Parameters
    ----------
    fields : sequence of str
        Its first values.
    numeric : bool
        Whether later values are numbers.

    Returns
    -------
    str
        ``""`` when it may be a lead.
    """
    if not numeric and any(field not in MISSING for field in fields):
        return HOLDS_TIMES if any(_CLOCK.fullmatch(field) for field in fields) else "holds text"
    try:
        values = [float(x.replace(",", ".")) for x in fields]
    except ValueError:
        return ""
    steps = {round(b - a, 9) for a, b in pairwise(values)}
    return "only counts" if len(values) > 10 and len(steps) == 1 and steps != {0.0} else ""


def is_unit(text: str) -> bool:
    """Say whether a text is a unit, of a signal or of time: ``mV``, ``s``, ``hh:mm:ss``."""
    plain = text.strip(" \t[]()'\"").casefold()
    other = re.fullmatch(
        r"[-/%?a-z]*(hh?:)?mm?:ss.*|mmhg|%|bpm|g|m/s\^?2|adu|a\.?u\.?|nu|count|counts|1/min|.?c|na|n/a|#|-",
        plain,
    )
    return bool(other) or plain in SECONDS or millivolts_per(text) is not None


def is_lead_by_name(name: str) -> bool:
    """Say whether a name is that of an ECG."""
    return kind_of(name).name == "ECG"


def describe_column(column: Column, options: ReadOptions) -> Signal:
    """Describe a column for the choice of what is read.

    Parameters
    ----------
    column : Column
        A column with the name of an ECG is read whatever its values, unless it only counts.
    options : ReadOptions
        States the unit of columns that state none.

    Returns
    -------
    Signal
    """
    named = is_lead_by_name(column.name) and column.fault != "only counts"
    fault = "" if named and not column.fault.startswith("column is") else column.fault
    unit = column.unit if millivolts_per(column.unit) is not None else ""
    return Signal(column.name, unit or options.unit or "", 1.0, fault)
