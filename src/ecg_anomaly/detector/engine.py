"""Score recordings of any length chunk by chunk, on several cores and in bounded memory."""

from collections.abc import Iterator
from dataclasses import replace

from threadpoolctl import threadpool_limits

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunk_workers import AHEAD, score_in_parallel, share_cores
from ecg_anomaly.detector.chunks import count_chunks, longest_chunk
from ecg_anomaly.detector.cut_beat_scoring import score_cut_beats
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.averaged_record import AveragedRecord, average_down
from ecg_anomaly.records.record import Record, StreamedRecord

#: Length of a chunk in s: shorter ones overlap more and need more calls, longer ones take more
#: memory. Recordings of many leads or a high sampling rate have shorter ones, so that a chunk and
#: its overlap have at most this number of samples in all leads, unless the overlap alone has more.
CHUNK_S, CHUNK_SAMPLES = 2160.0, 3_000_000

#: Bytes of the signals of all chunks under way; fewer threads or processes work where it is less.
SIGNAL_BYTES = 96 << 20


def score_recording(
    detector: Detector, recording: StreamedRecord, threads: int | None = None
) -> BeatDecisions:
    """Find the beats of a recording, score them and flag those above the threshold.

    Parameters
    ----------
    detector : Detector
    recording : StreamedRecord
        Amplitudes in mV, read piece by piece, so that memory does not grow with the length. A
        `Record` is one too; its annotations are not used.
    threads : int, optional
        Threads that work beside the calling one; by default one per core, up to `MOST_WORKERS`.

    Returns
    -------
    BeatDecisions
        In the order of time. Neither threads nor chunks change them.

    Raises
    ------
    UserError
        When the recording is shorter than one window or has no lead.
    """
    if isinstance(recording, Record) and recording.segment_length is not None:
        return score_cut_beats(detector, recording)
    return concatenate_decisions(score_parts(detector, recording, threads))


def score_parts(
    detector: Detector,
    recording: StreamedRecord,
    threads: int | None = None,
    processes: int = 1,
    lead: str | None = None,
) -> Iterator[BeatDecisions]:
    """Score a continuous recording, some minutes at a time.

    Parameters
    ----------
    detector, recording, threads
        As for `score_recording`.
    processes : int
        More than one are forked and work instead of threads. This is faster, and safe only where
        `ecg_anomaly.detector.chunk_processes.can_fork` holds.
    lead : str, optional
        A lead to read wherever it can be, also if it is in doubt and another one is not.

    Yields
    ------
    BeatDecisions
        On consecutive beats, each on the first lead that is free of doubt there, or else on the
        first that can be read; nothing is yielded for a recording without beats.
    """
    check_length(recording, detector.window)
    yield from score_chunks(
        detector, recording, threads, processes=processes, prefer_first=lead is not None
    )


def score_chunks(
    detector: Detector,
    recording: StreamedRecord,
    threads: int | None = None,
    chunk_s: float | None = None,
    processes: int = 1,
    choices: list[list[int]] | None = None,
    prefer_first: bool = False,
) -> Iterator[BeatDecisions]:
    """Score a recording chunk by chunk; as `score_parts`, with chunks of a chosen length.

    Parameters
    ----------
    detector : Detector
    recording : StreamedRecord
        Each sample is read once, in order, by the calling thread.
    threads : int, optional
        Threads that work beside the calling one; `share_cores` by default.
    chunk_s : float, optional
        Length of a chunk in s; `CHUNK_S`, or less, by default.
    processes : int
        More than one work instead of threads, see `ecg_anomaly.detector.chunk_processes`.
    choices : list of list of int, optional
        Choices of leads, see `ChunkScorer`.
    prefer_first : bool
        Read the lead of the first choice wherever it can be read, in doubt or not.

    Yields
    ------
    BeatDecisions
        On consecutive beats. Threads, processes and chunks do not change them.
    """
    slow, reach = average_down(recording), detector.reach
    scorer = ChunkScorer(detector, slow, choices, prefer_first)
    n_leads = len(scorer.leads.order)
    chunk_s = chunk_s or _choose_chunk_s(slow.fs, n_leads, reach)
    chunk_bytes = 4 * n_leads * longest_chunk(slow.fs, chunk_s, reach)
    most = max(1, SIGNAL_BYTES // (AHEAD * chunk_bytes))
    processes = min(processes, most, count_chunks(slow, chunk_s, reach))
    # Threads of BLAS would take the cores from ours: they wait in a busy loop.
    with threadpool_limits(1, "blas"):
        threads = min(threads or share_cores(), most)
        for part in score_in_parallel(detector, slow, scorer, chunk_s, processes, threads):
            yield part if slow.step == 1 else place_beats(part, slow, recording.fs)


def _choose_chunk_s(fs: float, n_leads: int, reach: Reach) -> float:
    """Return the length of a chunk in s; it is at least as long as what it overlaps."""
    longest_s, overlap_s = CHUNK_SAMPLES / (fs * n_leads), sum(reach)
    return min(CHUNK_S, max(longest_s - overlap_s, overlap_s))


def place_beats(part: BeatDecisions, slow: AveragedRecord, fs: float) -> BeatDecisions:
    """Return decisions on the samples of the recording itself."""
    sample = slow.find_origin(part.sample)
    return replace(part, sample=sample, time_s=sample / fs)


def check_length(recording: StreamedRecord, window: BeatWindow) -> None:
    """Check that a recording has a lead and is at least one window long.

    Raises
    ------
    UserError
        Names the recording when it is not.
    """
    window_s = window.duration_s
    if recording.n_samples / recording.fs < window_s:
        rule = f"{recording.n_samples / recording.fs:.2f} s long, a window takes {window_s:.2f} s"
        raise UserError(recording.name, rule, "give a longer recording")
    if not recording.leads:
        raise UserError(recording.name, "has no lead", "give a recording with one")
