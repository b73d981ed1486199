"""The parts of a beat's window: P wave, QRS complex, ST segment with T wave."""

from ecg_anomaly.config.schema import PreprocessConfig

#: In s from the R peak.
PARTS = {"p": (-0.30, -0.07), "qrs": (-0.08, 0.10), "t": (0.10, 0.45)}


def r_peak_index(config: PreprocessConfig) -> int:
    """Sample of the R peak in a window."""
    return round(config.window_before_s * config.fs)


def part_slice(name: str, config: PreprocessConfig) -> slice:
    """Find the samples of a part; what lies outside the window is left out, but for one sample."""
    last = r_peak_index(config) + round(config.window_after_s * config.fs) - 1
    start, stop = (r_peak_index(config) + round(edge * config.fs) for edge in PARTS[name])
    start = min(max(0, start), last)
    return slice(start, min(max(stop, start + 1), last + 1))
