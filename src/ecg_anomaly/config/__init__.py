"""Configuration: the dataclasses every room receives, and the border where Hydra ends."""
