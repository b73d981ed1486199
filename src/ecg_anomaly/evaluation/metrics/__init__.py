"""Metrics of decisions, and bootstrap intervals over subjects."""
