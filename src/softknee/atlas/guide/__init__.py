"""The choice guide: questions, and the functions that they lead to."""
