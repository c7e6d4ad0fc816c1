"""Real servers on loopback for tests that are marked `server`."""
