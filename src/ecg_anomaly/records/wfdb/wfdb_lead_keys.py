"""Tell which leads a record of several segments has: those that some segment stores.

A header may also name leads that are stored nowhere (file ``~``): a layout, which gives the order
of the leads, or a list of what might have been recorded. Twenty thousand of them are no leads.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ecg_anomaly.records.wfdb.wfdb_header import Header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead

#: A lead is known by its name and, where a segment has that name twice, by its turn.
LeadKey = tuple[str, int]

#: Name, announced length and header of a segment; a gap has no header.
SegmentHeader = tuple[str, int | None, Header | None]


def distinct_headers(headers: list[SegmentHeader]) -> Iterator[Header]:
    """Yield each header once: a segment may come a hundred thousand times."""
    yield from {name: header for name, _, header in headers if header}.values()


def find_keys(headers: list[SegmentHeader], wanted: Callable[[Lead], bool]) -> list[LeadKey]:
    """List the leads that some segment stores, in the order in which headers name them.

    Parameters
    ----------
    headers : list of SegmentHeader
        All segments, in order.
    wanted : callable
        Says of each lead whether it is read.
    """
    order: dict[LeadKey, bool] = {}
    for header in distinct_headers(headers):
        # A layout names leads in the order that is wanted, and stores none of them.
        named = [lead for lead in header.leads if lead.file == "~" or wanted(lead)]
        for key in number_names(lead.name for lead in named):
            order.setdefault(key, False)
        stored = (lead.name for lead in named if lead.file != "~")
        order.update(dict.fromkeys(number_names(stored), True))
    return [key for key, is_stored in order.items() if is_stored]


def number_names(names: Iterable[str]) -> tuple[LeadKey, ...]:
    """Give each name its turn among equal ones.

    Examples
    --------
    >>> number_names(["ECG", "V1", "ECG"])
    (('ECG', 0), ('V1', 0), ('ECG', 1))
    """
    turns: Counter[str] = Counter()
    keys = []
    for name in names:
        keys.append((name, turns[name]))
        turns[name] += 1
    return tuple(keys)
