"""What stands in files: found out in a process of its own, kept by the file's digest, and put into the index."""
