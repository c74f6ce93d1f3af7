"""JAX: functions whose derivative rule is the symbolic derivative."""
