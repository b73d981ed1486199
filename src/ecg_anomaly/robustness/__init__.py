"""How the scoring of recordings holds: two engines, two paths, noise, and other ways to store."""
