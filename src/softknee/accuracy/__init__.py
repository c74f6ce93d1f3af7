"""Errors of values and slopes in ulps, here and in other libraries."""
