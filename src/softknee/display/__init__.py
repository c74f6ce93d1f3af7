"""Pages, notes and plots of activations."""
