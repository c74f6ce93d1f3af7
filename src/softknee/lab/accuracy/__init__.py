"""The errors of values and slopes in ulps, of softknee and of other libraries, against a reference of more digits."""

# NumPy and NumExpr are missing: they have no functions of their own, only formulas that users write in them.
PEERS = ("torch", "jax", "scipy", "onnxruntime", "torch_activation")
