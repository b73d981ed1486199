"""Change the code of the numeric rooms one place at a time, and see whether the tests notice."""
