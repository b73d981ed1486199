"""What happens inside an LSTM cell, for docs/what-is-an-lstm.md."""
