"""Optional packages, safe writing of files, servers on loopback: nothing here knows of activations."""
