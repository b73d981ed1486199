"""Search of the network architecture with Optuna."""
