"""Signed and encrypted mail: reading key files, verifying, decrypting, signing, encrypting. Knows bytes, no rows."""
