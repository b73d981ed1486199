"""R peaks from all leads of a signal: energy of the QRS complex, choice of beats, placement."""
