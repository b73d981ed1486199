"""Who stands on which side, in numbers."""

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.splits.by_subject import SPLITS
from ecg_anomaly.records.beat_labels import AAMI_CLASSES


def summarise_split(beats: BeatSet) -> list[dict[str, object]]:
    """Subjects and beats of each side.

    Returns
    -------
    list of dict
        One row per side: its subjects, readable and unreadable beats, readable beats per AAMI
        class.
    """
    rows: list[dict[str, object]] = []
    for side in SPLITS:
        part = beats.select(beats.split == side)
        readable = part.select(part.readable)
        rows.append(
            {
                "side": side,
                "subjects": sorted(set(part.subject.tolist())),
                "beats": len(readable),
                "unreadable": len(part) - len(readable),
                "classes": {name: int((readable.aami == name).sum()) for name in AAMI_CLASSES},
            }
        )
    return rows
