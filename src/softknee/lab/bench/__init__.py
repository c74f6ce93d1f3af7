"""Speed and memory of softknee, side by side with other libraries in one run."""
