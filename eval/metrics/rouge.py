"""How much of a reference a summary holds, in its order."""


def rouge_l(summary: str, reference: str) -> float:
    """ROUGE-L (Lin 2004), F1 over characters without white space, 0 to 1: twice the length of the
    longest common subsequence over both lengths together."""
    ours, theirs = "".join(summary.split()), "".join(reference.split())
    if not ours or not theirs:
        return 0.0
    return 2 * _common(ours, theirs) / (len(ours) + len(theirs))


def _common(some: str, others: str) -> int:
    """The length of the longest common subsequence, a row at a time in the bits of a number
    (Crochemore and others 2001)."""
    places: dict[str, int] = {}
    for at, character in enumerate(some):
        places[character] = places.get(character, 0) | (1 << at)
    every = (1 << len(some)) - 1
    left = every
    for character in others:
        met = left & places.get(character, 0)
        left = ((left + met) | (left - met)) & every
    return len(some) - left.bit_count()
