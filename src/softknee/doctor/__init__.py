"""The doctor: finds dead, saturated and vanishing units, and names the cause and a remedy."""
