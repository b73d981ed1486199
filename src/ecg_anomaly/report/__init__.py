"""The report on the test side: figures, curves, pictures."""
