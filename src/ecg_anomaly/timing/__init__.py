"""How long scoring takes and how much memory, beside a straightforward way of doing the same."""
