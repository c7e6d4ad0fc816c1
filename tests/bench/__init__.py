"""Benchmarks: `make bench` measures the design's budgets and prints one JSON line each. No test asserts a time."""
