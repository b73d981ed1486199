"""The columns of an archive's two tables, `recordings` and `beats`.

They are a promise to whoever queries the tables: columns are added at the end and never renamed or
retyped without raising `FORMAT`, and a table of another format is refused. docs/archive.md says
what they mean.
"""

import pyarrow as pa

from ecg_anomaly.archive.drift.recording_profile import MEASURES

#: Version of the columns.
FORMAT = 1

#: What became of a recording.
SCORED, FAILED, SET_ASIDE = "scored", "failed", "set_aside"

FINDING = pa.struct(
    [
        ("kind", pa.string()),
        ("level", pa.string()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("beats", pa.int64()),
        ("rate_bpm", pa.float64()),
        ("confidence", pa.float64()),
        ("why", pa.string()),
        ("lead", pa.string()),
    ]
)

#: What a recording looks like, see `ecg_anomaly.archive.drift.recording_profile`.
PROFILE = pa.struct([(name, pa.float64()) for name in MEASURES])

RECORDINGS = pa.schema(
    [
        # which recording
        ("uri", pa.string()),
        ("subject", pa.string()),
        ("read_as", pa.string()),
        ("name", pa.string()),
        ("recording_sha256", pa.string()),
        ("files", pa.list_(pa.string())),
        ("version", pa.string()),
        # what became of it
        ("status", pa.string()),
        ("failure", pa.string()),
        ("reason", pa.string()),
        # what was found
        ("verdict", pa.string()),
        ("critical", pa.int64()),
        ("high", pa.int64()),
        ("review", pa.int64()),
        ("technical", pa.int64()),
        ("findings", pa.list_(FINDING)),
        # rates
        ("duration_s", pa.float64()),
        ("beats_found", pa.int64()),
        ("beats_readable", pa.int64()),
        ("beats_flagged", pa.int64()),
        ("beats_in_doubt", pa.int64()),
        ("flagged_s", pa.int64()),
        ("flagged_v", pa.int64()),
        ("flagged_f", pa.int64()),
        ("flagged_q", pa.int64()),
        ("burden", pa.float64()),
        ("mean_bpm", pa.float64()),
        ("min_bpm", pa.float64()),
        ("max_bpm", pa.float64()),
        ("longest_rr_s", pa.float64()),
        ("ve_per_hour", pa.float64()),
        ("sve_per_hour", pa.float64()),
        ("pauses", pa.int64()),
        ("af_burden", pa.float64()),
        ("sdnn_ms", pa.float64()),
        ("rmssd_ms", pa.float64()),
        # quality
        ("fs", pa.float64()),
        ("leads", pa.list_(pa.string())),
        ("quality", pa.float64()),
        ("unreadable_s", pa.float64()),
        ("unreadable_share", pa.float64()),
        ("notes", pa.list_(pa.string())),
        # by what, when
        ("detector_sha256", pa.string()),
        ("threshold", pa.float64()),
        ("software", pa.string()),
        ("seconds", pa.float64()),
        ("scored_at", pa.timestamp("us", tz="UTC")),
        ("profile", PROFILE),
    ],
    metadata={"ecg_anomaly_format": str(FORMAT)},
)

BEATS = pa.schema(
    [
        ("uri", pa.string()),
        ("sample", pa.int64()),
        ("time_s", pa.float64()),
        ("score", pa.float64()),
        ("anomalous", pa.bool_()),
        ("readable", pa.bool_()),
        ("quality", pa.float32()),
        ("clipped", pa.bool_()),
        ("rr_s", pa.float64()),
        ("reason", pa.string()),
        ("class", pa.string()),
        ("class_probability", pa.float32()),
        ("lead", pa.string()),
    ],
    metadata={"ecg_anomaly_format": str(FORMAT)},
)
