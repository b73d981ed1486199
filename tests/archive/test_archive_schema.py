"""The columns are a promise: this list may grow at its end, and nothing else."""

from ecg_anomaly.archive.archive_schema import BEATS, FORMAT, RECORDINGS

FIRST_RECORDINGS = [
    "uri", "subject", "read_as", "name", "recording_sha256", "files", "version", "status",
    "failure", "reason", "verdict", "critical", "high", "review", "technical", "findings",
    "duration_s", "beats_found", "beats_readable", "beats_flagged", "beats_in_doubt",
    "flagged_s", "flagged_v", "flagged_f", "flagged_q", "burden", "mean_bpm", "min_bpm",
    "max_bpm", "longest_rr_s", "ve_per_hour", "sve_per_hour", "pauses", "af_burden", "sdnn_ms",
    "rmssd_ms", "fs", "leads", "quality", "unreadable_s", "unreadable_share", "notes",
    "detector_sha256", "threshold", "software", "seconds", "scored_at",
]  # fmt: skip

FIRST_BEATS = [
    "uri", "sample", "time_s", "score", "anomalous", "readable", "quality", "clipped", "rr_s",
    "reason", "class", "class_probability", "lead",
]  # fmt: skip


def test_columns_are_only_added_at_the_end():
    assert FORMAT == 1
    assert RECORDINGS.names[: len(FIRST_RECORDINGS)] == FIRST_RECORDINGS
    assert BEATS.names[: len(FIRST_BEATS)] == FIRST_BEATS


def test_the_format_is_written_into_every_file():
    assert RECORDINGS.metadata == BEATS.metadata == {b"ecg_anomaly_format": b"1"}
