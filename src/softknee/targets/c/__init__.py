"""Expr to text and bytes; standard library only, since the build runs them."""
