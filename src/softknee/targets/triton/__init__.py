"""Triton: kernels for CUDA tensors, printed from expressions."""
