"""Changes of the code that change nothing which is promised, so that no test can notice them."""

#: Mutants that compute the same as the original, or differ in nothing that is promised, as (module,
#: statement before, after), and why.
EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "ecg_anomaly/beats/clipping.py",
        "CLIPPING_REACH = Reach(RAIL_S + MIDDLE_S + 2 * LONGEST_S, 0.035)",
        "CLIPPING_REACH = Reach(RAIL_S + MIDDLE_S + 4 * LONGEST_S, 0.035)",
    ): "chunks overlap by more than marks depend on: the same marks, and more work",
    (
        "ecg_anomaly/beats/clipping.py",
        "CLIPPING_REACH = Reach(RAIL_S + MIDDLE_S + 2 * LONGEST_S, 0.035)",
        "CLIPPING_REACH = Reach(RAIL_S + MIDDLE_S + 2 / LONGEST_S, 0.035)",
    ): "LONGEST_S is 1",
    (
        "ecg_anomaly/beats/clipping.py",
        "for sign in (1, -1):",
        "for sign in (2, -1):",
    ): "a rail is compared with the same signal alone, which may be twice as high",
    (
        "ecg_anomaly/beats/clipping.py",
        "for sign in (1, -1):",
        "for sign in (1, -2):",
    ): "a rail is compared with the same signal alone, which may be twice as high",
    (
        "ecg_anomaly/beats/clipping.py",
        "return (rows, rows, np.zeros(0, np.float32))",
        "return (rows, rows, np.zeros(1, np.float32))",
    ): "there is no row by which a height would be taken",
    (
        "ecg_anomaly/beats/clipping.py",
        "apart = np.diff(rows) > 1",
        "apart = np.diff(rows) > 2",
    ): "between rows of two plateaus lies a whole plateau, of three samples at least",
    (
        "ecg_anomaly/beats/clipping.py",
        "for row in np.flatnonzero(np.arange(len(start)) - first >= RAIL_TOPS - 1).tolist():",
        "for row in np.flatnonzero(np.arange(len(start)) + first >= RAIL_TOPS - 1).tolist():",
    ): "spares the rows with too few plateaus before, which are counted again inside",
    (
        "ecg_anomaly/beats/clipping.py",
        "if (last == level[row]).sum() < RAIL_TOPS or last.max() > level[row]:",
        "if (last == level[row]).sum() < RAIL_TOPS or last.min() > level[row]:",
    ): "spares a look at the signal, which is as high as its highest plateau",
    (
        "ecg_anomaly/beats/clipping.py",
        "reach, found = (max(2, round(RESOLUTION_S * fs)), np.zeros(len(at), np.float32))",
        "reach, found = (max(4, round(RESOLUTION_S * fs)), np.zeros(len(at), np.float32))",
    ): "no ECG has fewer than four samples a second",
    (
        "ecg_anomaly/beats/clipping.py",
        "low, high = (np.maximum(known - 1, 0) // 2, known // 2)",
        "low, high = (np.maximum(known - 1, 1) // 2, known // 2)",
    ): "half of one is none",
    (
        "ecg_anomaly/beats/clipping.py",
        "return np.asarray((ordered[rows, low] + ordered[rows, high]) / 2, np.float32)",
        "return (ordered[rows, low] + ordered[rows, high]) / 2",
    ): "the mean of two single precision arrays is one already; asarray says so to mypy",
    (
        "ecg_anomaly/beats/r_peaks/candidate_search.py",
        "ahead, reach = (max(1, round(AHEAD_S * rate)), placing_reach(rate)[1])",
        "ahead, reach = (max(2, round(AHEAD_S * rate)), placing_reach(rate)[1])",
    ): "no signal is averaged to fewer than 13 samples a second",
    (
        "ecg_anomaly/beats/r_peaks/r_peak_detection.py",
        "BACK_S = CHOICE_BACK_S + (BACK_BLOCKS + 1) * BLOCK_S + CANDIDATE_BACK_S + 0.1",
        "BACK_S = CHOICE_BACK_S + (BACK_BLOCKS + 2) * BLOCK_S + CANDIDATE_BACK_S + 0.1",
    ): "chunks overlap by more than R peaks depend on: the same R peaks, and more work",
    (
        "ecg_anomaly/beats/r_peaks/r_peak_detection.py",
        "AHEAD_S = CHOICE_AHEAD_S + (ENOUGH_BLOCKS + 1) * BLOCK_S + 0.4",
        "AHEAD_S = CHOICE_AHEAD_S + (ENOUGH_BLOCKS + 1) * BLOCK_S + 0.8",
    ): "chunks overlap by more than R peaks depend on: the same R peaks, and more work",
    (
        "ecg_anomaly/features/beat_context.py",
        "return np.asarray(waveform / amplitude, np.float32)",
        "return waveform / amplitude",
    ): "the quotient of two single precision arrays is one already; asarray says so to mypy",
    (
        "ecg_anomaly/features/look_back.py",
        "return np.asarray(before[windows.end] - before[windows.first])",
        "return before[windows.end] - before[windows.first]",
    ): "the difference is an array already; asarray says so to mypy",
    (
        "ecg_anomaly/features/two_histories.py",
        "rows = np.where(other.two & ~self.two, np.arange(len(self.two)), -1)",
        "rows = np.where(other.two & ~self.two, np.arange(len(self.two)), -2)",
    ): "any negative row means none",
    (
        "ecg_anomaly/beats/r_peaks/lead_energy.py",
        "return (max(1, round(SLOPE_HALF_S * rate)), max(1, round(SUM_S * rate) // 2))",
        "return (max(1, round(SLOPE_HALF_S * rate)), max(2, round(SUM_S * rate) // 2))",
    ): "it is two or more at 50 Hz already, the lowest rate",
    (
        "ecg_anomaly/beats/r_peaks/r_peak_detection.py",
        "BACK_S = CHOICE_BACK_S + (BACK_BLOCKS + 1) * BLOCK_S + CANDIDATE_BACK_S + 0.1",
        "BACK_S = CHOICE_BACK_S + (BACK_BLOCKS + 1) * BLOCK_S + CANDIDATE_BACK_S - 0.1",
    ): "a block more than R peaks depend on is there already",
    (
        "ecg_anomaly/beats/r_peaks/sliding.py",
        "return np.asarray(values[..., rows[:, None] + np.arange(width)])",
        "return values[..., rows[:, None] + np.arange(width)]",
    ): "it is an array already; asarray says so to mypy",
    (
        "ecg_anomaly/evaluation/threshold/thresholds.py",
        "return float(np.interp(level, LEVELS, table))",
        "return np.interp(level, LEVELS, table)",
    ): "NumPy's number is a float",
    (
        "ecg_anomaly/features/morphology.py",
        "return np.asarray(total / np.maximum(present.sum(axis=1), 1), dtype=np.float64)",
        "return total / np.maximum(present.sum(axis=1), 1)",
    ): "the quotient is of double precision already; asarray says so to mypy",
    (
        "ecg_anomaly/features/second_shape.py",
        "size = max(1, BATCH_SAMPLES // (masks[0].shape[1] * qrs[:, :, 0].size))",
        "size = max(1, BATCH_SAMPLES // (masks[1].shape[1] * qrs[:, :, 0].size))",
    ): "how many spans are divided at a time changes no shape",
    (
        "ecg_anomaly/features/two_histories.py",
        "second[rows] = away[1] < NEARER ** 2 * away[0]",
        "second[rows] = away[1] <= NEARER ** 2 * away[0]",
    ): "two measured distances are never so exactly a share of each other",
    (
        "ecg_anomaly/detector/beat_scoring.py",
        "return ends_equal and np.array_equal(signal.min(axis=0), signal.max(axis=0))",
        "return ends_equal and np.array_equal(signal.min(axis=0), signal.max(axis=1))",
    ): "a chunk that never changes is scored as others are, which takes longer",
    (
        "ecg_anomaly/features/beat_context.py",
        "if (rows >= 0).all() and known[rows].all():",
        "if (rows >= 1).all() and known[rows].all():",
    ): "spares a choice row by row, which gives the same",
    (
        "ecg_anomaly/features/interval_summary.py",
        "size = max(1, BATCH_VALUES // longest)",
        "size = max(1, BATCH_VALUES * longest)",
    ): "how many windows are summarised at a time changes no summary",
    (
        "ecg_anomaly/features/span_summary.py",
        "size = max(1, BATCH_SAMPLES // max(1, most * waveform[0].size)) if len(waveform) else 1",
        "size = max(1, BATCH_SAMPLES // min(1, most * waveform[0].size)) if len(waveform) else 1",
    ): "how many spans are summarised at a time changes no summary",
}
