"""What a detector sees of a beat: rhythm, P wave and shape against the last minutes."""
