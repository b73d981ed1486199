"""Draw a strip as SVG on ECG paper: 25 mm/s, 10 mm/mV, one unit of the drawing a millimetre.

The SVG is written by hand: importing a plotting library takes longer than scoring an hour, and each
mark here has a tooltip with the reason of its beat.
"""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from ecg_anomaly.files.page_template import clock
from ecg_anomaly.triage.strip_marks import PART_NAMES, BeatMark, PartMark
from ecg_anomaly.triage.strips import LENGTH_S, Strip
from ecg_anomaly.triage.trace import MM_PER_MV, MM_PER_S, UNITS_PER_MM, draw_trace

#: Space above the paper for the marks of beats, below it for the time, and on its left, in mm.
HEAD, FOOT, LEFT = 11.0, 5.0, 2.0
WIDTH = LEFT + LENGTH_S * MM_PER_S + 2.0

#: Largest height of a lead, in mV above and below its median; less from so many leads on.
TALLEST_MV, TALLEST_OF_MANY_MV, MANY_LEADS = 3.0, 1.0, 4

#: Points of a strip, divided among its leads, and the least that a lead gets.
MOST_POINTS, FEWEST_POINTS = 4000, 800

#: Width of the bar below a finding at least, in mm.
LEAST_BAR = 0.8

#: Over intervals shorter than this, in s, there is no space for a number.
SHORTEST_NUMBER_S = 0.33


@dataclass(frozen=True)
class _Row:
    """The position of a lead: its top, its zero line and its height, in mm."""

    top: float
    zero: float
    height: float


def draw_strip(
    strip: Strip,
    signal: NDArray[np.float32],
    fs: float,
    leads: tuple[str, ...],
    beats: list[BeatMark],
    parts: list[PartMark],
) -> Markup:
    """Draw a strip.

    Parameters
    ----------
    strip : Strip
        Which segment is drawn.
    signal : (n, n_leads) float32
        Its signal in mV, NaN where nothing was recorded.
    fs : float
        Sampling rate in Hz.
    leads : tuple of str
        Names, in the order of the columns.
    beats, parts : list
        What is marked on it.
    """
    lines = [_centre(signal[:, place]) for place in range(len(leads))]
    rows = _arrange(lines)
    foot = rows[-1].top + rows[-1].height if rows else HEAD
    most = max(FEWEST_POINTS, MOST_POINTS // max(1, len(leads)))
    pieces = [
        f'<svg class="paper" viewBox="0 0 {WIDTH:g} {foot + FOOT:g}" role="img" '
        f'aria-label="ECG from {clock(strip.start_s)}, leads {escape(", ".join(leads))}">',
        f'<rect x="{LEFT:g}" y="{HEAD:g}" width="{_mm(strip.end_s - strip.start_s):g}" '
        f'height="{foot - HEAD:g}" fill="url(#grid)"/>',
        *(_shade(mark, strip, leads, rows) for mark in parts),
        *(
            _draw_lead(name, line, fs, row, most)
            for name, line, row in zip(leads, lines, rows, strict=True)
        ),
        *(_mark(beat, strip) for beat in beats),
        _underline(strip, foot),
        *_seconds(strip, foot),
        "</svg>",
    ]
    return Markup("\n".join(piece for piece in pieces if piece))  # names were escaped above


def _mm(seconds: float) -> float:
    return round(seconds * MM_PER_S, 2)


def _centre(lead: NDArray[np.float32]) -> NDArray[np.float32]:
    known = lead[np.isfinite(lead)]
    middle = np.median(known) if len(known) else np.float32(0)
    return np.where(np.isfinite(lead), lead - middle, np.float32(np.nan))


def _arrange(lines: list[NDArray[np.float32]]) -> list[_Row]:
    """Give each lead the height that it needs, in whole large squares of 0.5 mV."""
    tallest = TALLEST_MV if len(lines) < MANY_LEADS else TALLEST_OF_MANY_MV
    rows, top = [], HEAD
    for line in lines:
        up = _squares(float(np.nanmax(line, initial=0.0)), tallest)
        down = _squares(-float(np.nanmin(line, initial=0.0)), tallest)
        rows.append(_Row(top, top + up * MM_PER_MV, (up + down) * MM_PER_MV))
        top += rows[-1].height
        np.clip(line, -down, up, out=line)
    return rows


def _squares(reach_mv: float, tallest: float) -> float:
    return float(min(max(np.ceil(reach_mv / 0.5) * 0.5, 0.5), tallest))


def _draw_lead(name: str, line: NDArray[np.float32], fs: float, row: _Row, most: int) -> str:
    path = draw_trace(line, fs, most)
    label = f'<text class="lead" x="{LEFT + 1:g}" y="{row.top + 3.6:g}">{escape(name)}</text>'
    if not path:
        nothing = f'<text x="{LEFT + 20:g}" y="{row.zero + 1:g}">nothing recorded</text>'
        return label + nothing
    place = f"translate({LEFT:g} {row.zero:g}) scale({1 / UNITS_PER_MM:g})"
    return f'<path class="trace" transform="{place}" d="{path}"/>{label}'


def _shade(mark: PartMark, strip: Strip, leads: tuple[str, ...], rows: list[_Row]) -> str:
    x, width = LEFT + _mm(mark.start_s - strip.start_s), _mm(mark.end_s - mark.start_s)
    if mark.part in ("rr_before", "rr_after"):
        return f'<path class="rr" d="M{x:g} {HEAD - 1.6:g}v1.2h{width:g}v-1.2"/>'
    kind = f"part part-{mark.part or 'beat'}"
    pieces = [
        f'<rect class="{kind}" x="{x:g}" y="{row.top:g}" width="{width:g}" '
        f'height="{row.height:g}"/>'
        for name, row in zip(leads, rows, strict=True)
        if name in mark.leads
    ]
    if mark.named and pieces:
        row = rows[leads.index(mark.leads[0])]
        name, y = PART_NAMES[mark.part], row.top + row.height - 1
        middle = x + width / 2 - (1.2 if mark.part == "p" else 0)  # beside the name of the QRS
        pieces.append(f'<text class="part" x="{middle:g}" y="{y:g}">{name}</text>')
    return "".join(pieces)


def _mark(beat: BeatMark, strip: Strip) -> str:
    x = LEFT + _mm(beat.time_s - strip.start_s)
    shapes = {
        "unflagged": f'<circle class="unflagged" cx="{x:g}" cy="6.6" r=".7"/>',
        "flagged": f'<path class="flagged" d="M{x - 1.6:g} 5h3.2l-1.6 3.2z"/>',
        "top": f'<path class="flagged" d="M{x - 2.3:g} 4.2h4.6l-2.3 4.4z"/>',
        "unreadable": f'<path class="unread" d="M{x - 1:g} 5.6l2 2m-2 0l2-2"/>',
    }
    shape = shapes[beat.state]
    if beat.text:
        title = escape(f"{clock(beat.time_s, tenths=True)}, {beat.text}")
        shape = f"<g><title>{title}</title>{shape}</g>"
    middle = x - _mm(beat.rr_s) / 2
    if SHORTEST_NUMBER_S <= beat.rr_s < 2 * LENGTH_S and middle > LEFT + 3:
        shape += f'<text class="interval" x="{middle:g}" y="3.4">{beat.rr_s:.2f}</text>'
    return shape


def _underline(strip: Strip, foot: float) -> str:
    """Draw a bar below what the finding of a strip lasts."""
    if strip.found_s is None:
        return ""
    start_s, end_s = np.clip(strip.found_s, strip.start_s, strip.end_s).tolist()
    x, width = LEFT + _mm(start_s - strip.start_s), max(_mm(end_s - start_s), LEAST_BAR)
    return f'<rect class="found" x="{x:g}" y="{foot:g}" width="{width:g}" height="1"/>'


def _seconds(strip: Strip, foot: float) -> list[str]:
    """Draw a tick every second, with the time at every other one."""
    pieces = []
    for second in range(int(np.ceil(strip.start_s)), int(strip.end_s) + 1):
        x = LEFT + _mm(second - strip.start_s)
        pieces.append(f'<path class="tick" d="M{x:g} {foot:g}v1.2"/>')
        if second % 2 == 0 and LEFT + 6 < x < WIDTH - 8:
            pieces.append(
                f'<text class="clock" x="{x:g}" y="{foot + 4.2:g}">{clock(second)}</text>'
            )
    return pieces
