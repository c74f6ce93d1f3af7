"""Callable activations: values, derivatives, inverses, computed properties."""
