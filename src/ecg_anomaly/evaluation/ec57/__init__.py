"""Compare annotations with a reference as ANSI/AAMI EC57 asks: beats, runs, episodes."""
