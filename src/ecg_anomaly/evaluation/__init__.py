"""Evaluation of a detector: threshold, metrics, baselines, report."""
