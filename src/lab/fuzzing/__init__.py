"""Random damage to recordings and detectors, which must be read or refused in one line."""
