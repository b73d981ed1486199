"""Whether a detector may replace the one in use: both compared on the same subjects."""
