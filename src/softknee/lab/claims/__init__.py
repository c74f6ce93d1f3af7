"""The folklore about activation functions, as experiments."""
