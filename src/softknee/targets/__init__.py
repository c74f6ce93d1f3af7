"""Evaluating an activation in NumPy, PyTorch, JAX and, with as many digits as needed, mpmath."""
