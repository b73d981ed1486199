"""Detectors without an LSTM, in the same harness: what the network has to beat."""
