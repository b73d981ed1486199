"""Measures archives of recordings: speed beside `score`, kills, memory of the driver."""
