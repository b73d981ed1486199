"""Plot a whole recording as SVG: heart rate, flagged beats, unreadable segments.

The SVG is written by hand: importing a plotting library takes longer than scoring an hour, and here
each bar has a tooltip, each mark a link to its strip.
"""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from ecg_anomaly.files.page_template import clock
from ecg_anomaly.triage.strips import Strip
from ecg_anomaly.triage.time_bins import Bins
from ecg_anomaly.triage.unreadable import Segment

#: Size of the plot, its left and right edge, and top and bottom of its two panels, in pixels.
WIDTH, HEIGHT, LEFT, RIGHT = 1080, 352, 52, 1056
RATE, SHARE = (22, 150), (208, 308)

#: Distances between the ticks of an axis: of time in s, of shares.
TIME_STEPS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 604800)
SHARE_TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MOST_TICKS = 12

#: Of two strips closer than this, in pixels, only the more important one has its number.
NUMBER_ROOM = 18


class _Axis:
    """A linear map from values to positions in the plot."""

    def __init__(self, values: tuple[float, float], places: tuple[float, float]) -> None:
        self._from, self._to = values, places

    def __call__(self, value: float) -> float:
        (low, high), (start, end) = self._from, self._to
        return round(start + (value - low) / (high - low) * (end - start), 1)


def draw_overview(
    bins: Bins, duration_s: float, segments: Sequence[Segment], strips: Sequence[Strip]
) -> Markup:
    """Draw the overview.

    Parameters
    ----------
    bins : Bins
        Heart rate and flagged beats.
    duration_s : float
        Length of the recording in s.
    segments : sequence of Segment
        Unreadable ones are hatched.
    strips : sequence of Strip
        Each is marked, with a link to it.
    """
    x = _Axis((0.0, max(duration_s, 1e-9)), (LEFT, RIGHT))
    pieces = [
        f'<svg class="overview" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Heart rate '
        'and share of flagged beats along the recording">',
        *_hatch(segments, x),
        *_draw_time(x, duration_s),
        *_draw_rates(bins, x),
        *_draw_shares(bins, x),
        *_mark_strips(strips, x),
        "</svg>",
    ]
    return Markup("\n".join(pieces))  # reasons were escaped above


def _draw_time(x: _Axis, duration_s: float) -> list[str]:
    step = next((s for s in TIME_STEPS_S if duration_s <= s * MOST_TICKS), 604800)
    pieces = []
    for second in range(0, int(duration_s) + 1, step):
        at, text = x(second), clock(second) if step < 60 else clock(second)[:-3]
        pieces.append(
            f'<path class="line" d="M{at} {RATE[0]}V{RATE[1]}M{at} {SHARE[0]}V{SHARE[1]}"/>'
        )
        pieces.append(f'<text class="middle" x="{at}" y="{SHARE[1] + 18}">{text}</text>')
    unit = "h:mm:ss" if step < 60 else "h:mm"
    said = f"time from the start ({unit})"
    return [
        *pieces,
        f'<text class="middle" x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 6}">{said}</text>',
    ]


def _draw_rates(bins: Bins, x: _Axis) -> list[str]:
    title = f'<text class="title" x="{LEFT}" y="14">Heart rate, beats per minute</text>'
    known = np.flatnonzero(np.isfinite(bins.median_bpm))
    if not len(known):
        return [title]
    low = max(0.0, float(np.floor(bins.low_bpm[known].min() / 20) * 20))
    high = max(low + 40, float(np.ceil(bins.high_bpm[known].max() / 20) * 20))
    y = _Axis((low, high), (RATE[1], RATE[0]))
    step = 20 if high - low <= 120 else 40
    pieces = [title, *_draw_levels(y, [(v, f"{v:g}") for v in np.arange(low, high + 1, step)])]
    for k in known.tolist():
        left, right = _edges(bins, k, x)
        top, foot = y(bins.high_bpm[k]), y(bins.low_bpm[k])
        height = max(1.0, round(foot - top, 1))
        pieces.append(
            f'<rect class="range" x="{left}" y="{top}" width="{right}" height="{height}"/>'
        )
    return [*pieces, f'<path class="median" d="{_steps(bins, known, x, y)}"/>']


def _steps(bins: Bins, known: NDArray[np.intp], x: _Axis, y: _Axis) -> str:
    """Draw the medians as a step line, interrupted where none is known."""
    path, last = [], -2
    for k in known.tolist():
        left, width = _edges(bins, k, x)
        level = y(bins.median_bpm[k])
        path.append(f"M{left} {level}" if k != last + 1 else f"V{level}")
        path.append(f"h{width}")
        last = k
    return "".join(path)


def _draw_shares(bins: Bins, x: _Axis) -> list[str]:
    share = bins.flagged / np.maximum(bins.readable, 1)
    highest = next(top for top in SHARE_TOPS if float(share.max(initial=0.0)) <= top)
    y = _Axis((0.0, highest), (SHARE[1], SHARE[0]))
    levels = [(highest * part, f"{highest * part * 100:g}") for part in (0.0, 0.5, 1.0)]
    title = f'<text class="title" x="{LEFT}" y="{SHARE[0] - 8}">Flagged, % of the beats</text>'
    pieces = [title, *_draw_levels(y, levels)]
    for k in np.flatnonzero(bins.flagged).tolist():
        left, width = _edges(bins, k, x)
        top = min(y(share[k]), SHARE[1] - 1.0)
        said = f"{clock(k * bins.length_s)}: {bins.flagged[k]} of {bins.readable[k]} beats"
        pieces.append(
            f'<rect class="share" x="{left}" y="{top}" width="{width}" '
            f'height="{round(SHARE[1] - top, 1)}"><title>{said}</title></rect>'
        )
    return pieces


def _draw_levels(y: _Axis, levels: list[tuple[float, str]]) -> list[str]:
    return [
        f'<path class="line" d="M{LEFT} {y(value)}H{RIGHT}"/>'
        f'<text class="end" x="{LEFT - 6}" y="{y(value) + 4}">{text}</text>'
        for value, text in levels
    ]


def _edges(bins: Bins, k: int, x: _Axis) -> tuple[float, float]:
    left = x(k * bins.length_s)
    return left, round(min(x((k + 1) * bins.length_s), RIGHT) - left, 1)


def _hatch(segments: Sequence[Segment], x: _Axis) -> list[str]:
    """Hatch unreadable segments; those too close to be told apart become one."""
    groups: list[tuple[float, float, set[str]]] = []
    for segment in segments:
        start, end = x(segment.start_s), x(segment.end_s)
        if groups and start <= groups[-1][1] + 1:
            first, last, reasons = groups.pop()
            groups.append((first, max(last, end), reasons | {segment.reason}))
        else:
            groups.append((start, end, {segment.reason}))
    return [
        f'<path class="unread" d="{_box(a, b, RATE)}{_box(a, b, SHARE)}">'
        f"<title>cannot be read: {escape(', '.join(sorted(reasons)))}</title></path>"
        for a, b, reasons in groups
    ]


def _box(left: float, right: float, panel: tuple[int, int]) -> str:
    return f"M{left} {panel[0]}H{max(right, left + 1.5):g}V{panel[1]}H{left}z"


def _mark_strips(strips: Sequence[Strip], x: _Axis) -> list[str]:
    """Mark each strip, with its number where there is room; earlier strips take precedence."""
    numbered: list[float] = []
    pieces = []
    for strip in strips:
        at, y = x((strip.start_s + strip.end_s) / 2), RATE[1] + 20
        text = ""
        if all(abs(at - other) >= NUMBER_ROOM for other in numbered):
            numbered.append(at)
            text = f'<text class="middle" x="{at}" y="{y - 4}">{strip.number}</text>'
        pieces.append(
            f'<a href="#strip-{strip.number}"><title>strip {strip.number}, '
            f"{clock(strip.start_s)}</title>"
            f'<path class="pin" d="M{at - 4:g} {y}h8l-4 7z"/>{text}</a>'
        )
    return pieces[::-1]  # the most important one on top
