"""The views of a diagnosis: in a terminal, and as one HTML file with pictures."""
