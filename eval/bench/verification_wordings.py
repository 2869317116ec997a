"""Statements made false by how sure, how much or which way they say a thing is."""

import re
from collections.abc import Mapping
from random import Random

from eval.bench.verification_changes import Change, Pool
from eval.bench.verification_claims import Claim
from eval.bench.verification_opposites import put_opposite_in

_VERB = "[开举启建投发推进完实通竣落挂公上交召出]"
_TO_COME = re.compile(
    rf"(?<![即必行])将(?:于(?=[\d\u4e00-\u9fff])|(?=[在对为继持全正进共]|{_VERB}))"
    rf"|(?<=[\u4e00-\u9fff])拟(?={_VERB}|在|于)|计划(?=在|于|{_VERB})|(?:有望|即将)(?=[\u4e00-\u9fff])"
)
_MAY_BE = re.compile(r"(?:可能|疑似|涉嫌|预计)(?=[\d\u4e00-\u9fff])(?![性的])|或将")
# Any more of these leaves it open all the same.
_OPEN = re.compile(
    "[将拟或要会若待应明將擬會應]|计划|规划|预计|有望|可能|疑似|涉嫌|希望|建议|目标|力争|准备|打算|如果|假如|未来|"
    "认为|估计|計劃|規劃|預計|認爲|估計|準備"
)
_DONE = re.compile(
    rf"(?<![而不早久])已经?(?={_VERB}[\u4e00-\u9fff])(?!上)|(?<=[\u4e00-\u9fff])(?P<verb>{_VERB}[行开署布出告成动到得过施展立进席加造办])了"
)
_MORE = re.compile(r"(?:超过|逾|突破|超)(?=\d)")
_LESS = re.compile(r"(?:不足|近|将近|不到)(?=\d)")
_EXACT = re.compile(
    r"(?<![\dA-Za-z.,:：/\-－—~第约近超逾过足到达])\d[\d,]*(?:\.\d+)?(?=[万亿]?(?:名|人|家|个(?!月)|次|件|吨|元|公里|平方米|所|套|项|辆))"
)


def tell_as_fact(claim: Claim, pool: Pool, random: Random) -> str | None:
    """What is to come or may be is told as done, or without the word that says so."""
    if len(_OPEN.findall(claim.text)) > 1:
        return None
    if one := _TO_COME.search(claim.text):
        preposition = "于" if one[0].endswith("于") else ""
        return _put(claim.text, one, random.choice(("", "已")) + preposition)
    return _put(claim.text, one, "") if (one := _MAY_BE.search(claim.text)) else None


def tell_as_plan(claim: Claim, pool: Pool, random: Random) -> str | None:
    """What is done is told as what is to come."""
    found = list(_DONE.finditer(claim.text))
    if not found or _OPEN.search(claim.text):
        return None
    one = random.choice(found)
    return _put(claim.text, one, f"将{one['verb'] or ''}")


def change_bound(claim: Claim, pool: Pool, random: Random) -> str | None:
    """More than a number is less than it, or the other way; or an exact number is one of them."""
    able = [
        *(_put(claim.text, one, "不足") for one in _MORE.finditer(claim.text)),
        *(_put(claim.text, one, "超过") for one in _LESS.finditer(claim.text)),
        *(
            claim.text[: one.start()] + random.choice(("超过", "不足")) + claim.text[one.start() :]
            for one in _EXACT.finditer(claim.text)
            if not re.match("[万亿]?[余多]|.{1,3}(?:以上|以下|左右|以内)", claim.text[one.end() :])
        ),
    ]
    return random.choice(able) if able else None


WORDINGS: Mapping[str, Change] = {
    "opposite put in": put_opposite_in,
    "plan or possibility told as a fact": tell_as_fact,
    "fact told as a plan": tell_as_plan,
    "number's bound changed": change_bound,
}


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]
