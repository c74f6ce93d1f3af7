"""The doctor for PyTorch: forward and backward passes are watched by hooks and a torch function mode."""
