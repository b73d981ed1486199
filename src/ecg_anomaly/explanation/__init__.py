"""Why a beat was flagged, in words that someone who reads ECGs uses."""
