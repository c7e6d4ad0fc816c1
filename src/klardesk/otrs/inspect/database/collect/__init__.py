"""The collectors. Each module of this package declares its own with `@collector`; all are found by their being there."""
