"""A look inside a trained network, for docs/what-is-an-lstm.md. No stage imports this room."""
