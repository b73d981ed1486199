"""Measurements of the product, run by hand: benchmarks, robustness, timing, fuzzing, teaching."""
