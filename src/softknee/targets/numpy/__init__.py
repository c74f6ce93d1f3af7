"""NumPy: ufuncs of the compiled module, and functions along an axis."""
