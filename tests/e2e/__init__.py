"""The whole desk as its owner runs it, with real servers around it."""
