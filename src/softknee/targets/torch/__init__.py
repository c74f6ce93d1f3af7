"""PyTorch: autograd, graphs of torch's own ops, the fast call for plain CPU tensors, the C++ extension."""
