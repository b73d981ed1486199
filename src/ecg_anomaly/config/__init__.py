"""Configuration: what may stand in params.yaml, and how Hydra hands it to a script."""
