"""Training of an LSTM network."""
