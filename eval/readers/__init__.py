"""Sets of questions in the formats they are published in, one file each."""
