"""Other libraries: the functions that each computes, and the code that calls them there."""
