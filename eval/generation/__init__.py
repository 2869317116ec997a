"""Questions drafted from an archive, each for a person to confirm."""
