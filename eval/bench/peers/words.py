"""Chinese words, as a user of a framework would give them to its keyword search."""


def words(text: str) -> list[str]:
    """The words of a text by rjieba, in small letters; white space and punctuation are none."""
    import rjieba  # heavy: loaded on first use

    return [word.lower() for word in map(str, rjieba.cut(text)) if any(map(str.isalnum, word))]
