"""Reasons for a flagged beat."""
