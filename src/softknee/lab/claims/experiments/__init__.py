"""The experiments, one module for each claim or family of claims; importing this package registers them."""
