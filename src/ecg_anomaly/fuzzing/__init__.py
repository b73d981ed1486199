"""Spoilt recordings and detectors by the thousand: what is read or refused, and what is neither."""
