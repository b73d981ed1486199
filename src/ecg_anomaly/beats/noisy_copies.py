"""Make noisy copies of records, from which a network learns not to flag noise.

Clean recordings teach that whatever differs from the template beat is abnormal, and noise differs.
So a network also learns from copies of training records with simulated noise (muscle, electrode
motion, baseline wander) in half of their minutes, cut at the R peaks that are found there: where
one of them is no beat, it learns not to flag it. Annotations of a copy are those of its record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.pipeline_schema import DatasetConfig, PreprocessConfig
from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.records.added_noise import CLEAN_S, TURN_S, Span, add_stress_noise, noisy_spans
from ecg_anomaly.records.beat_labels import aami_class
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_noise import (
    MOTION_HZ,
    MUSCLE_HZ,
    USABLE_BAND,
    WANDER_HZ,
    BandNoise,
)

#: Bands of noise, and the share of records that get each.
BANDS = ((MUSCLE_HZ, 0.45), (MOTION_HZ, 0.45), (WANDER_HZ, 0.1))

#: Ratio of signal to noise of a copy in dB (EC57), one of these.
SNR_DB = (18.0, 12.0, 6.0, 3.0, 0.0, -3.0)

#: The noise swells and fades: seconds after which its amplitude is drawn anew, and the factors
#: between which it is drawn.
SWELL_S, SWELL = 4.0, (0.2, 1.8)

#: Shorter records are not copied, s. Of longer ones this share is clean at first, and as much each
#: noisy and each clean segment, if that is less than in EC57.
LEAST_S, SHARE = 60.0, 0.2


def cut_noisy_copies(
    records: Iterable[Record],
    split_of: Mapping[str, str],
    dataset: DatasetConfig,
    config: PreprocessConfig,
) -> BeatSet | None:
    """Cut noisy copies of the records that are trained on into the beats that are found in them.

    Parameters
    ----------
    records : iterable of Record
        One is in memory at a time.
    split_of : mapping of str to str
        Split of each record by its name; there are no copies of those of ``"test"`` or ``""``.
    dataset, config
        As for `ecg_anomaly.beats.record_beats.cut_beats`.

    Returns
    -------
    BeatSet or None
        All beats of the copies, under the names of their records. `split` is that of the record for
        readable beats in the noisy minutes, and ``""`` for the others, which are what those are
        compared with. None when no record can be copied.
    """
    detecting = replace(config, beat_positions="detected")
    parts = []
    for record in records:
        split = split_of.get(record.name, "")
        if split in ("train", "validation") and (noisy := copy_with_noise(record)) is not None:
            beats, _ = cut_beats(noisy, dataset, detecting)
            taken = in_noise(beats.time_s, record.duration_s) & beats.readable
            parts.append(beats.with_split(np.where(taken, split, "").astype("<U10")))
    return concatenate_tables(parts) if parts else None


def copy_with_noise(record: Record) -> Record | None:
    """Add simulated noise to every lead of a record in half of its minutes, see `copy_spans`.

    Parameters
    ----------
    record : Record
        With annotations, whose normal beats tell how large the signal is.

    Returns
    -------
    Record or None
        The same each time, since kind and level of the noise are drawn by the record's name. None
        for a record that is too short, has no normal beat, or came cut into beats.
    """
    marks = record.annotations
    if record.segment_length is not None or marks is None or record.duration_s < LEAST_S:
        return None
    reach = round(record.fs)
    inside = (marks.sample >= reach) & (marks.sample < record.n_samples - reach)
    if not (aami_class(marks.symbol[inside]) == "N").any():
        return None
    rng = np.random.default_rng(list(record.name.encode()))
    noise, snr_db = draw_noise(record, rng), float(rng.choice(SNR_DB))
    return add_stress_noise(record, noise, snr_db, copy_spans(record.duration_s))


def copy_spans(duration_s: float) -> list[Span]:
    """Return the segments of a copy that get noise, in s: as in EC57, shorter in short records."""
    share_s = SHARE * duration_s
    return noisy_spans(duration_s, min(CLEAN_S, share_s), min(TURN_S, share_s))


def draw_noise(record: Record, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw noise of one kind that swells and fades, (n_samples, n_leads) in arbitrary units."""
    fits = [(band, share) for band, share in BANDS if band[0] < USABLE_BAND * record.fs / 4]
    shares = np.array([share for _, share in fits])
    band, _ = fits[rng.choice(len(fits), p=shares / shares.sum())]
    n, n_leads = record.signal.shape
    noise = BandNoise(band, record.fs, rng, n_leads).draw(n)
    n_swell = max(1, round(SWELL_S * record.fs))
    return noise * np.repeat(rng.uniform(*SWELL, n // n_swell + 1), n_swell)[:n, None]


def in_noise(time_s: NDArray[np.float64], duration_s: float) -> NDArray[np.bool_]:
    """Tell which times of a copy lie in its noisy minutes, (n,) bool."""
    edges = np.array(copy_spans(duration_s)).reshape(-1)
    return np.asarray(np.searchsorted(edges, time_s, side="right") % 2 == 1)
