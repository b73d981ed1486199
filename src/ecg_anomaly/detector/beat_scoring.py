"""Score the beats of a chunk of a recording, or of a record of beats cut out beforehand.

A chunk is scored in two steps: its beats are cut out, and decided on. Between the two,
`ContextBuilder` adds what they are compared with, in the order of the chunks. Each step depends on
its arguments alone, so that any thread or process can do it for any chunk.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_quality import LINGERING_BEATS, let_doubt_linger
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.missing_samples import bridge_short_gaps
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.beats.window_cutting import cut_leads
from ecg_anomaly.config.data_schema import unlabelled_dataset
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.detector.chunks import Chunk
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.joint_scoring import (
    ReadBeats,
    ScoredBeats,
    refuse_unscored,
    score_together,
    spread_texts,
)
from ecg_anomaly.detector.lead_plan import LeadPlan
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.features.split_inputs import assemble_inputs
from ecg_anomaly.records.record import Record, StreamedRecord


class ChunkScorer:
    """Scores chunks of one recording, each beat on the first lead that is free of doubt there.

    Parameters
    ----------
    detector : Detector
    recording : StreamedRecord
        Gives leads and sampling rate; its signal is not read.
    choices, insist
        As for `LeadPlan.of_recording`.

    Attributes
    ----------
    name : str
        Name of the recording.
    leads : LeadPlan
        Which leads chunks must hold, and in which order.
    """

    def __init__(
        self,
        detector: Detector,
        recording: StreamedRecord,
        choices: list[list[int]] | None = None,
        insist: bool = False,
    ) -> None:
        self.name, self._detector, self._fs = recording.name, detector, recording.fs
        self.leads = LeadPlan.of_recording(recording.leads, detector.leads, choices, insist)

    @property
    def preprocess(self) -> PreprocessConfig:
        """How windows are cut."""
        return self._detector.preprocess

    def cut(self, chunk: Chunk) -> tuple[DetectedBeats, bool]:
        """Find the beats of a chunk and cut their windows; True with the recording's last chunk."""
        signal, sample = chunk.excerpt.signal, np.zeros(0, np.int64)
        if not _is_still(signal):
            signal = bridge_short_gaps(signal, self._fs)
            sample = find_r_peaks(signal, self._fs) + chunk.excerpt.start
        home = range(chunk.first, chunk.stop)
        return self.cut_at(chunk.excerpt, sample, home, chunk.count_lost), chunk.last

    def cut_at(
        self,
        excerpt: Excerpt,
        sample: NDArray[np.int64],
        home: range,
        count_lost: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    ) -> DetectedBeats:
        """Cut the windows of beats whose R peaks are known.

        Parameters
        ----------
        excerpt : Excerpt
            With the leads in the order of `leads`, as for `cut_leads`.
        sample : (m,) int64
            R peaks, those in `home` and those near it, see `cut_leads`.
        home : range
            Samples of the recording whose beats are cut.
        count_lost : callable
            Counts the samples before R peaks that are missing in every lead.
        """
        cut = cut_leads(excerpt, self._fs, sample, self._detector.preprocess, home)
        sample = sample[(sample >= home.start) & (sample < home.stop)]
        return self.leads.read_beats(cut, sample, count_lost(sample), self._fs)

    def decide(self, ready: BeatsWithPast) -> BeatDecisions:
        """Score beats, flag those above the threshold and say why."""
        (scored,) = score_together(self._detector, [self.compare(ready)])
        return self.make_decisions(ready, scored)

    def compare(self, ready: BeatsWithPast) -> list[ReadBeats]:
        """Compare the readable beats with their past, apart for each choice they are read on."""
        beats, found = ready.beats, []
        features, window = self._detector.features, self._detector.window
        readable, oldest = beats.unreadable == "", max(0, ready.since - LINGERING_BEATS)
        past = slice(oldest, ready.until)
        quality = let_doubt_linger(
            ready.known.quality[past], ready.known.unreadable[past], ready.known.time_s[past],
            ready.since - oldest,
        )  # fmt: skip
        for number in sorted(set(beats.choice[readable].tolist())):
            rows = np.flatnonzero(readable & (beats.choice == number))
            # Where the first choice cannot be read, R peaks may be placed on another lead.
            columns, moving = self.leads.choices[number], number > 0
            context = ready.put_in_context(features, window, columns, rows, moving)
            read = ReadBeats(
                rows, context, ready.measured.select(rows), quality[rows],
                self.leads.names[number], self.name, beats.time_s[rows],
            )  # fmt: skip
            found.append(read)
        return found

    def make_decisions(self, ready: BeatsWithPast, scored: list[ScoredBeats]) -> BeatDecisions:
        """Put together the decisions on all beats, of which the readable ones have been scored."""
        beats = ready.beats
        score, reason = np.full(len(beats), np.nan), np.full(len(beats), "", object)
        aami, sure = np.full(len(beats), "", object), np.full(len(beats), np.nan, np.float32)
        flagged = np.zeros(len(beats), bool)
        quality = beats.quality.copy()
        for part in scored:
            rows = part.rows
            score[rows], reason[rows], flagged[rows] = part.score, part.reason, part.flagged
            aami[rows], sure[rows], quality[rows] = part.aami, part.probability, part.quality
        rows = np.flatnonzero(beats.unreadable != "")
        unreadable = spread_texts(beats.unreadable[rows].tolist(), rows, len(beats))
        lead = np.array([names[0] for names in self.leads.names], object)[beats.choice]
        return BeatDecisions(
            beats.sample, beats.time_s, score, flagged, unreadable, quality, beats.clipped,
            beats.bridged, ready.rr_s, reason, aami, sure, lead,
        )  # fmt: skip


def _is_still(signal: NDArray[np.float32]) -> bool:
    """Tell whether no lead ever changes: no electrode is attached, perhaps for days."""
    ends_alike = np.array_equal(signal[0], signal[-1])  # false for nearly every chunk, and fast
    return ends_alike and np.array_equal(signal.min(axis=0), signal.max(axis=0))


def score_cut_beats(detector: Detector, record: Record) -> BeatDecisions:
    """Score a record of beats that were cut out beforehand, such as ECG5000.

    Parameters
    ----------
    detector : Detector
    record : Record
        With a ``segment_length``; annotations are not used.

    Returns
    -------
    BeatDecisions
        RR intervals are NaN, because the beats do not follow each other.
    """
    blind = replace(record, annotations=None)
    beats, _ = cut_beats(blind, unlabelled_dataset(detector.leads), detector.preprocess)
    score, sure = np.full(len(beats), np.nan), np.full(len(beats), np.nan, np.float32)
    aami = np.full(len(beats), "", object)
    if beats.readable.any():
        described, _ = describe_record(beats, detector.features, detector.window)
        inputs = assemble_inputs(beats, described, detector.transform, beats.readable)
        found, rows = detector.scorer.evaluate(inputs), beats.readable
        score[rows], aami[rows], sure[rows] = found.score, found.aami, found.probability
        refuse_unscored(score[beats.readable], beats.time_s[beats.readable], record.name)
    flagged = decide(score, detector.threshold)
    aami[~flagged], sure[~flagged] = "", np.nan
    reason = np.where(flagged, "shape unlike the usual beats", "").astype(object)
    no_rr = np.full(len(beats), np.nan)
    unreadable = beats.unreadable.astype(object)
    whole = np.zeros(len(beats), dtype=bool)
    return BeatDecisions(
        beats.sample, beats.time_s, score, flagged, unreadable, beats.quality, whole, whole, no_rr,
        reason, aami, sure,
    )  # fmt: skip
