"""Exploratory analysis of extracted recordings: one dictionary of numbers, one HTML page."""
