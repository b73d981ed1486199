"""Published protocols, run from the recordings to a table of figures."""
