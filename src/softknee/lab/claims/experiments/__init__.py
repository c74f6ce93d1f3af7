"""One module for each family of claims; importing it registers them."""
