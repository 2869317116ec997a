"""Measures the answers that newsdesk gives, through the same door that everybody uses."""
