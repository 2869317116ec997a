"""What numbers count and how words spell them, in Chinese and English."""

from rag.retrieval.english_months import MONTHS

# Units and how they are written; a percentage point is no percent.
_WRITTEN: dict[str, tuple[str, ...]] = {
    "percent": ("%", "percent", "per cent"),
    "point": ("个百分点", "百分点", "percentage points", "percentage point"),
    "dollar": ("美元", "美金", "dollars", "dollar", "usd"),
    "euro": ("欧元", "euros", "euro"),
    "yuan": ("元", "块钱", "人民币", "yuan", "rmb", "renminbi"),
    "square metre": ("平方米", "square meters", "square metres", "sq m"),
    "square kilometre": ("平方公里", "平方千米", "square kilometers", "square kilometres", "sq km"),
    "kilometre": ("公里", "千米", "kilometers", "kilometres", "kilometer", "kilometre", "km"),
    "metre": ("米", "meters", "metres", "meter", "metre"),
    "mu": ("亩", "mu"),
    "hectare": ("公顷", "hectares", "hectare"),
    "tonne": ("吨", "tonnes", "tons", "ton"),
    "kilogram": ("公斤", "千克", "kilograms", "kilogram", "kg"),
    "person": ("人", "人次", "people", "persons", "person"),
    "household": ("户", "households", "household", "families"),
    "year": ("年", "周年", "岁", "years", "year old", "year"),
    "month": ("月", "个月", "months", "month"),
    "week": ("周", "个星期", "weeks", "week"),
    "day": ("日", "天", "号", "days", "day"),
    "hour": ("时", "点", "小时", "个小时", "hours", "hour"),
    "minute": ("分钟", "minutes", "minute"),
    "times": ("倍", "times"),
}
UNIT_OF = {form: unit for unit, forms in _WRITTEN.items() for form in forms}
UNIT_OF_SIGN = {"$": "dollar", "¥": "yuan", "€": "euro", "£": "pound"}

# Measure words: a lone Chinese numeral counts something only before one of them.
MEASURES = (
    "个名位人次家项件条座场种份所户栋辆台部本篇张只块片段批届期轮级层类步天日周月年岁点时秒"
    "元角米里亩斤吨克度倍成大方套组队支枚颗株艘架间处号"
)

MONTH_OF = {
    form.lower(): number for number, name in enumerate(MONTHS, 1) for form in (name, name[:3])
} | {"sept": 9}

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# First and second are left out: as often as not they count nothing.
_ORDINALS = {
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "twentieth": 20,
    "thirtieth": 30,
}
PARTS = {"quarter": 4} | {word: number for word, number in _ORDINALS.items() if number <= 10}
NUMBER_WORDS = (
    {word: number for number, word in enumerate(_ONES)}
    | {word: 10 * number for number, word in enumerate(_TENS, 2)}
    | {f"{word}th": number for number, word in enumerate(_ONES) if number >= 13}
    | _ORDINALS
)
SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
