"""Damaged recordings and detectors: each must be read or refused in one line."""
