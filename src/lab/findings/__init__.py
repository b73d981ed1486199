"""How often findings are right, in databases with reference annotations."""
