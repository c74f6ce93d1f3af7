"""Errors of values and slopes in ulps, here and in other libraries."""

# NumPy and NumExpr have no functions of their own to be measured, only what people write in them.
PEERS = ("torch", "jax", "scipy", "onnxruntime", "torch_activation")
