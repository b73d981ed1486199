"""The packaged detector: preprocessing, network, calibration and threshold as one thing."""
