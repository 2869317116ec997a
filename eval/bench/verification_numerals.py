"""Numbers written in hanzi."""

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


def hanzi_numeral(number: int, counting: bool = False) -> str:
    """A number below ten thousand as it is read out. counting: before a measure word, where two is
    两. Raises ValueError for any other number."""
    if not 0 <= number < 10_000:
        raise ValueError(f"{number} is not below ten thousand")
    if number < 10:
        return "两" if counting and number == 2 else _DIGITS[number]
    text, skipped = "", False
    for size, place in _PLACES:
        digit, number = divmod(number, size)
        if digit:
            text += ("零" if skipped and text else "") + _DIGITS[digit] + place
        skipped = not digit
    return text.removeprefix("一") if text.startswith("一十") else text
