"""Beats: their classes, positions, windows, and the set of them that a stage writes."""
