"""Formula speech: sentences that exhort and praise, and say nothing that was decided or done.

Told by how a sentence is made, not by who speaks or on what: its clauses are calls to act or set
phrases of importance, or somebody's words without a fact, and no clause beside them tells of an
event or an amount.
"""

import re

from rag.briefing.amounts import amounts

# Who speaks, then a verb of speech at the end of a clause: 会议强调，…
_SPEECH = re.compile(
    r"^[^，。；：“]{0,24}?(?:强调|指出|要求|认为|表示|希望|号召|呼吁|说|stressed|urged|said)[，：,:]"
)
_DEMAND = re.compile(
    r"^[^，。；：“]{0,24}?(?:强调|要求|希望|号召|呼吁|stressed|urged|called)[，：,:]"
    r"|^(?:[^，。；：“]{0,8}[，,])?(?:[一二三四五六]是)?要(?!求)"
)
# A clause that calls to act: 要…, 切实…, 着力….
_CALL = re.compile(
    r"^(?:同时|此外|特别是|尤其是|下一步|今后|更加|[^，]{0,6}上)?(?:我们|大家|各级|各地|各部门|全[省市县区])?"
    r"(?:都)?(?:[一二三四五六]是)?(?:要(?!求)|必须|务必|切实|着力|全力|努力|坚持|坚决|深入|认真|严格|全面|加快|加强"
    r"|加大|进一步|不断|持续|继续|更好|充分|大力|奋力|始终|牢固|积极|扎实|确保|推动|推进|促进|提高|提升|增强|巩固"
    r"|弘扬|凝聚|激发|树立|强化|深化|落实|贯彻|统筹|聚焦|善于|未雨绸缪|让[^，]{2,12}感受|把[^，]{1,12}(?:作为|摆在|抓))"
)
# Set phrases of importance, spirit and thanks.
_PHRASE = re.compile(
    r"(?:具有|有着)[^，。]{0,14}意义|意义(?:重大|深远)|深入(?:学习)?贯彻|贯彻落实|精神|重要(?:遵循|指示|论述)"
    r"|根本遵循|行动指南|政治(?:站位|性)|高度重视|奋力|新局面|新篇章|新征程|打下[^，。]{0,8}基础|重要(?:支撑|组成部分)"
    r"|提供[^，。]{0,12}(?:动力|保障|支撑)|作出[^，。]{0,8}贡献|(?:表示|致以)[^，。]{0,6}(?:祝贺|感谢|慰问|问候|肯定)|敬意"
    r"|衷心感谢|亲切(?:慰问|关怀)|针对性|受益匪浅|宝贵财富|干劲|合力|团结一心|齐心协力|舍生忘死|义无反顾|慷慨相助"
    r"|坚定信心|载入史册|都是英雄|坚固防线|great significance|spirit"
)
# What is said to somebody, whatever stands around it.
_THANKS = re.compile(r"(?:表示|致以)[^，。；]{0,12}(?:祝贺|感谢|慰问|问候|敬意)")
# A clause that tells of something that took place.
_EVENT = re.compile(
    r"召开|举行|举办|听取|审议|主持|通过|印发|成立|启动|开工|竣工|通车|启用|揭牌|签约|签订|宣布|发布|公布|任命|免去"
    r"|批准|拨付|投入|建成|held|opened|approved|launched|signed|announced"
)
_CLAUSE = re.compile(r"[，。；：！？,;:!?]+")
_LONG_CLAUSE = 4  # characters of a clause that counts
_MOST = 0.5  # share of clauses that are calls or phrases from which a sentence is formula
_SOME = 0.3  # the same where it is put as a demand


def is_speech(plain: str) -> bool:
    """Whether a sentence, in simplified characters, begins by saying who speaks."""
    return _SPEECH.match(plain) is not None


def is_formula(plain: str, spoken_on: bool = False) -> bool:
    """Whether a sentence, in simplified characters, is formula speech. One that tells an amount is
    none. spoken_on: it goes on with what somebody says, and is none only where it tells of an
    event."""
    if amounts(plain):
        return False
    spoken, demanded = _SPEECH.match(plain), _DEMAND.match(plain) is not None
    body = plain[spoken.end() :] if spoken else plain
    clauses = [part for part in _CLAUSE.split(body) if len(part) >= _LONG_CLAUSE]
    if not clauses:
        return spoken is not None or demanded
    empty = [bool(_CALL.match(one) or _PHRASE.search(one)) for one in clauses]
    told = any(_EVENT.search(one) and not void for one, void in zip(clauses, empty, strict=True))
    if told and not spoken and not demanded:
        return False
    if spoken_on or _THANKS.search(plain):
        return True
    return sum(empty) >= (_SOME if demanded else _MOST) * len(clauses)
