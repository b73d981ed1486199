"""Training a network, and the files that training leaves behind."""
