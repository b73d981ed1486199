"""Recordings: what a record is, where records come from, and the files they are kept in."""
