"""Other libraries: which computes which function, and how it is called there."""
