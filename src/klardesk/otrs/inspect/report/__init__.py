"""The report of an inspection: one set of values, written as JSON, HTML, SARIF and PDF. Same input, same bytes."""
