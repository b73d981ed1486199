"""How good a detector is: rankings, decisions, and how sure one can be of them."""
