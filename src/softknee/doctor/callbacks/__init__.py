"""The doctor in other people's training loops; each library is imported with its own module."""
