"""Features of a beat: rhythm, P wave and shape against the recent beats of the same subject."""
