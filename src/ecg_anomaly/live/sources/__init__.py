"""Where running ECGs come from: replayed recordings, lines of text, brokers, devices."""
