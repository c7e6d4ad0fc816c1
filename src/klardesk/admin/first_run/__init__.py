"""The guided setup of a new desk: its steps, how far it has come, and what each step keeps."""
