"""Measurements of scoring while recordings are being made."""
