"""Detectors without an LSTM, to compare with."""
