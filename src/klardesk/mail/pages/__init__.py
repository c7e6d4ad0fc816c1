"""The pages of mail: its administration, and what stands at articles. Each calls one action or query, and renders."""
