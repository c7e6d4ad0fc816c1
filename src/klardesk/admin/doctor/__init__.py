"""`klardesk doctor`: what is wrong with this installation, what that means, and the mend.

A file per field of knowledge; each check is registered with `findings.check` and yields findings.
"""
