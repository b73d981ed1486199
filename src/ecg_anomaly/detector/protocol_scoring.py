"""Score the records of a frozen protocol with several detectors, each timed on the same records."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.package import cut_example
from ecg_anomaly.evaluation.promotion.protocol_scores import (
    FoundBeats,
    ProtocolScores,
    collect_scores,
)
from ecg_anomaly.records.record import Record


def score_protocol(
    detectors: Sequence[LoadedDetector], records: Iterable[Record], escape_beats: str
) -> list[tuple[ProtocolScores, float]]:
    """Score records with each detector as `ecg-anomaly score` does, from the signal alone.

    Parameters
    ----------
    detectors : sequence of LoadedDetector
    records : iterable of Record
        With annotations; one signal is in memory at a time.
    escape_beats : {"S", "N"}
        Class of escape beats.

    Returns
    -------
    list of (ProtocolScores, float)
        Of each detector, and the seconds of processor time that it took for all records. The
        detectors take turns in who is first, and a short piece is scored unmeasured before.
    """
    found: list[list[FoundBeats]] = [[] for _ in detectors]
    seconds = np.zeros(len(detectors))
    bare: list[Record] = []
    for record in records:
        places = range(len(detectors))
        if not bare:
            for detector in detectors:
                score_recording(detector, cut_example([record]), threads=1)
        for place in reversed(places) if len(bare) % 2 else places:
            start = time.process_time()
            decisions = score_recording(detectors[place], record, threads=1)
            seconds[place] += time.process_time() - start
            found[place].append(_keep_readable(decisions))
        bare.append(_without_signal(record))
    return [
        (collect_scores(bare, of_one, escape_beats), float(took))
        for of_one, took in zip(found, seconds, strict=True)
    ]


def _keep_readable(decisions: BeatDecisions) -> FoundBeats:
    rows = np.isfinite(decisions.score)
    return FoundBeats(
        decisions.sample[rows],
        decisions.score[rows],
        decisions.anomalous[rows],
        decisions.aami[rows].astype("<U1"),
    )


def _without_signal(record: Record) -> Record:
    """Keep the length of a record and not its samples."""
    return replace(record, signal=np.broadcast_to(np.float32(0), record.signal.shape))
