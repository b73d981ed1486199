"""How long scoring, the pipeline and sweeps take."""
