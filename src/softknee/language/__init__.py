"""The language activations are written in; standard library only, since it runs at build time."""
