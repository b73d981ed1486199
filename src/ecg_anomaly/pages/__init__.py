"""Self-contained HTML pages: one style, one way to render, one way to write numbers."""
