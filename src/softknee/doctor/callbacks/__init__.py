"""The doctor in the training loops of other libraries; each library is imported with its own module."""
