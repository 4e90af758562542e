"""Ways to tell people. One module is one channel."""
