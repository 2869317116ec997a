"""Statements in which a word is its opposite.

The words are of a list of its own: verification has another, and what that one lacks has to show.
"""

import re
from random import Random

from eval.bench.verification_changes import Pool
from eval.bench.verification_claims import Claim

_OPPOSITES = dict(
    pair.split("=")
    for pair in (
        *(
            "上涨=下跌",
            "上升=下降",
            "增长=下滑",
            "增加=减少",
            "提高=降低",
            "提升=下降",
            "增至=降至",
        ),
        *(
            "扩大=缩小",
            "延长=缩短",
            "加快=放缓",
            "加强=削弱",
            "上调=下调",
            "高于=低于",
            "多于=少于",
        ),
        *(
            "最大=最小",
            "最高=最低",
            "最多=最少",
            "最早=最晚",
            "最长=最短",
            "最强=最弱",
            "最好=最差",
        ),
        *(
            "东部=西部",
            "南部=北部",
            "东北=西南",
            "东南=西北",
            "北方=南方",
            "左侧=右侧",
            "上游=下游",
        ),
        *(
            "国内=国外",
            "境内=境外",
            "城市=农村",
            "室内=室外",
            "上午=下午",
            "白天=夜间",
            "清晨=傍晚",
        ),
        *(
            "上半年=下半年",
            "年初=年底",
            "去年=今年",
            "明年=今年",
            "昨日=明日",
            "以前=以后",
            "提前=推迟",
        ),
        *(
            "之前=之后",
            "开始=结束",
            "启动=停止",
            "开幕=闭幕",
            "开放=关闭",
            "恢复=暂停",
            "建成=拆除",
        ),
        *(
            "成立=解散",
            "加入=退出",
            "进入=离开",
            "抵达=离开",
            "出口=进口",
            "购买=出售",
            "买入=卖出",
        ),
        *(
            "供应=需求",
            "收入=支出",
            "盈利=亏损",
            "顺差=逆差",
            "升值=贬值",
            "免费=收费",
            "过剩=短缺",
        ),
        *(
            "允许=禁止",
            "支持=反对",
            "同意=拒绝",
            "接受=拒绝",
            "批准=否决",
            "承认=否认",
            "肯定=否定",
        ),
        *(
            "击败=输给",
            "获胜=落败",
            "领先=落后",
            "成功=失败",
            "合格=不合格",
            "当选=落选",
            "逮捕=释放",
        ),
        *(
            "合法=非法",
            "出生=去世",
            "生还=遇难",
            "男性=女性",
            "男子=女子",
            "父亲=母亲",
            "丈夫=妻子",
        ),
        *(
            "公立=私立",
            "公开=秘密",
            "安全=危险",
            "改善=恶化",
            "乐观=悲观",
            "积极=消极",
            "长期=短期",
        ),
        *(
            "高温=低温",
            "大型=小型",
            "正式=非正式",
            "光明=黑暗",
            "干净=肮脏",
            "容易=困难",
            "简单=复杂",
        ),
        *(
            "强大=弱小",
            "先进=落后",
            "增强=减弱",
            "优点=缺点",
            "善良=邪恶",
            "丰富=贫乏",
            "重视=忽视",
        ),
        *(
            "吸引=排斥",
            "团结=分裂",
            "前期=后期",
            "清楚=模糊",
            "富裕=贫穷",
            "热情=冷淡",
            "普遍=罕见",
        ),
    )
)
_EITHER = _OPPOSITES | {other: word for word, other in _OPPOSITES.items()}
# Not where it is part of another word, or denied.
_WORD = re.compile(
    "(?<![不没未无非并])(?<!没有)(?:"
    + "|".join(sorted(_EITHER, key=len, reverse=True))
    + ")(?![值额率性博品者口化力地台])"
)
_HIDDEN = re.compile("[“《（「『‘][^”》）」』’]*[”》）」』’]")
_CLAUSE_MARK = re.compile("[，。；、：]")

_OPPOSITES_ENGLISH = dict(
    pair.split("=")
    for pair in (
        *("first=last", "largest=smallest", "highest=lowest", "most=least", "more=fewer"),
        *("north=south", "east=west", "northern=southern", "eastern=western", "before=after"),
        *("won=lost", "increased=decreased", "rose=fell", "opened=closed", "began=ended"),
        *("built=demolished", "founded=dissolved", "bought=sold", "joined=left", "born=buried"),
        *("allowed=banned", "supported=opposed", "men=women", "male=female", "upper=lower"),
        *("early=late", "good=bad", "strong=weak", "major=minor", "older=younger", "high=low"),
    )
)
_EITHER_ENGLISH = _OPPOSITES_ENGLISH | {other: word for word, other in _OPPOSITES_ENGLISH.items()}
_WORD_ENGLISH = re.compile(rf"\b(?:{'|'.join(_EITHER_ENGLISH)})\b")


def put_opposite_in(claim: Claim, pool: Pool, random: Random) -> str | None:
    """A word that stands in no quotation, title or brackets is its opposite."""
    hidden = _HIDDEN.sub(lambda found: "〓" * len(found[0]), claim.text)
    able = [
        (found.start(), text)
        for found in _WORD.finditer(hidden)
        if (text := claim.text[: found.start()] + _EITHER[found[0]] + claim.text[found.end() :])
    ]
    new = [text for at, text in able if _clause_at(text, at) not in claim.source.text]
    return random.choice(new) if new else None


def put_english_opposite_in(claim: Claim, pool: Pool, random: Random) -> str | None:
    """A word is its opposite."""
    found = list(_WORD_ENGLISH.finditer(claim.text))
    if not found:
        return None
    one = random.choice(found)
    return claim.text[: one.start()] + _EITHER_ENGLISH[one[0]] + claim.text[one.end() :]


def _clause_at(text: str, at: int) -> str:
    start = max((mark.end() for mark in _CLAUSE_MARK.finditer(text, 0, at)), default=0)
    end = _CLAUSE_MARK.search(text, at)
    return text[start : end.start() if end else len(text)]
