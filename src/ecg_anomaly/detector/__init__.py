"""The packaged detector: scores recordings of any length in bounded memory."""
