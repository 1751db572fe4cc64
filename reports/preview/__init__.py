"""Watch the inputs of an edition, build it anew on each change, and show it in a browser."""
