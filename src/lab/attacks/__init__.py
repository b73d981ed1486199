"""Hostile recordings: what `ecg-anomaly score` does with them, in seconds, memory and words."""
