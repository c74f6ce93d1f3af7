"""The doctor for functions of JAX: their jaxprs are interpreted, and judged by the same rules as modules of PyTorch."""
