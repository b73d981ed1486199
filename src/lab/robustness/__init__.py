"""How scoring holds under added noise and other forms of the same recording."""
