"""A page that lists the recordings of a batch, the most critical one first."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files import page_template as template
from ecg_anomaly.files.atomic import replace_files
from ecg_anomaly.findings.finding import KINDS, LEVELS

INDEX, TEMPLATE, STYLE = "index.html", "index.html.jinja", "page.css"


@dataclass(frozen=True)
class IndexRow:
    """A recording of the list.

    Attributes
    ----------
    name : str
        Of the recording.
    page : str
        Its page, relative to the folder of the index; ``""`` when it could not be scored.
    verdict : str
        What was found, or why it could not be scored.
    levels : dict of str to int
        Findings of each level; empty when it could not be scored.
    worst : str
        Kind of the most critical finding; ``""`` where there is none.
    """

    name: str
    page: str
    verdict: str
    levels: dict[str, int]
    worst: str = ""

    @property
    def urgency(self) -> tuple[int, ...]:
        """Larger is more urgent; what could not be scored comes after what is critical.

        Of critical ones the kind counts first, in the order of `KINDS`, and then how many.
        """
        counts = [self.levels.get(level, 0) for level in LEVELS]
        kinds = list(KINDS)
        rank = len(kinds) - kinds.index(self.worst) if counts[0] and self.worst else 0
        return (counts[0] > 0, rank, counts[0], not self.page, *counts[1:3])


def write_index(folder: Path, rows: Iterable[IndexRow]) -> bool:
    """Write the list of some recordings.

    Parameters
    ----------
    folder : Path
        Where it goes, as `INDEX`.
    rows : iterable of IndexRow
        In any order; of equal ones the order is kept.

    Returns
    -------
    bool
        False when nothing is written, because a recording is called index and has that page.

    Raises
    ------
    UserError
        When the file cannot be written.
    """
    rows = sorted(rows, key=lambda row: row.urgency, reverse=True)
    if any(row.page == INDEX for row in rows):
        return False
    text = template.render_page(Path(__file__).parent, TEMPLATE, (STYLE,), rows=rows, levels=LEVELS)
    with replace_files([folder / INDEX]) as (temporary,):
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    return True
