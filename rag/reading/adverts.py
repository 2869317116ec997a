"""Adverts and public notices, by the form that they are printed in."""

import re
from collections.abc import Sequence

from rag.reading import bylines
from rag.reading.characters import HAN, ends_sentence
from rag.reading.jumps import jump_lines
from rag.reading.layout import Column, Line, is_full

_ADVERT = re.compile(
    r"[·【（(\[—－-]{0,2}(?:商业|公益|分类|专题|便民|房产|招聘)?(?:广告|分类信息|便民信息)"
    r"(?:信息|专栏|专版|天地|服务|专线)?[·】）)\]—－-]{0,2}"
)
_BODY = (
    r"(?:公司|集团|法院|检察院|局|委员会|委|中心|厂|社|行|学院|大学|学校|中学|小学|医院|院|所|站|协会|学会"
    r"|政府|管理处|办事处|办公室|部|会|店|馆|队)"
)
_MATTER = (
    r"(?:遗失|注销|减资|清算|吸收合并|合并|分立|债权(?:转让|申报)?|拍卖|变卖|招标|投标|中标|竞买|出让|挂牌|招租"
    r"|招聘|招工|招生|招商|寻人|寻物|认领|迁坟|停电|停水|催收|送达|破产|更正|致歉|道歉|作废|环评|公开|征集|催告)"
)
_KIND = r"(?:公告|通告|启事|启示|声明|公示|讣告|告示|通知书|通知)"
_TITLE = re.compile(
    rf"[【《（(]?(?:[{HAN}（）()\d]{{2,24}}{_BODY})?(?:关于[{HAN}（）()\d]{{2,24}}的)?"
    rf"(?:{_MATTER}{{1,2}}{_KIND}?|{_KIND}|讣告)[】》）)]?"
)
_HAS_KIND = re.compile(rf"{_KIND}|遗失|招聘|招工|招租|讣告")
# What such a text ends with, or holds.
_FORMAL_END = re.compile(
    r"(?:特此(?:公告|通告|声明|告知|公示|通知|更正|说明)|(?:声明|登报|挂失|予以)\s*作废|特登报声明)[。！]?"
)
_CONTACT = re.compile(
    r"(?:联系|咨询|服务|预约|订购|订票|报名|招商|售楼|加盟|监督|举报|投诉|垂询|订餐|客服|广告)?"
    r"(?:电话|热线|专线|手机|联系人|地址|微信号?|邮箱|网址|QQ|传真|邮编)[：:]?"
    r"|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[-－—]?\d{7,8}(?!\d)|(?<!\d)[48]00[-－]?\d{3}[-－]?\d{4}"
    r"|(?<!\d)\d{7,8}(?!\d)"
)
_PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-－—]?\d{7,8}|[48]00[-－]?\d{3}[-－]?\d{4}|\d{7,8})(?!\d)"
)
_OFFER = re.compile(
    r"招聘|诚聘|急聘|招工|招租|出租|出售|转让|求购|加盟|代理|招商|优惠|特价|促销|折扣|抢购|盛大|开业|开盘|钜惠"
    r"|赠送|免费(?:送|领|咨询|上门)|包邮|月薪|底薪|面议|有意者|欢迎(?:来电|光临|选购|咨询|垂询)|上门|贷款|回收"
    r"|疏通|搬家|开锁|征婚|不慎(?:将|遗失)|遗失|作废|起拍|保证金"
)
_SIGNED = re.compile(rf"[{HAN}（）()]{{2,30}}{_BODY}$")
_DAY = re.compile(
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月"
    r"[\d一二三四五六七八九十]{1,3}日"
)
# A line that says where to ask names it: 微信 or 电话 alone may stand in a headline.
_LABEL = re.compile(r"(?:电话|热线|专线|手机|联系人|地址|微信号?|邮箱|网址|QQ|传真|邮编)[：:]")
_MOST_LINES = 30
_MOST_ADVERT_LINES = 12
_RUN = 3


def advert_end(lines: Sequence[Line], start: int, column: Column) -> int:
    """Where an advert that begins at a line ends; `start` where none begins there.

    It begins with a line that says so, and goes on to the last line before the next story that says
    where to ask, over one sentence at most; or it is three lines in a row that offer something or
    say where to ask, without a sentence, every other one with a telephone number. Where a text
    goes on in them or announces them, or none offers a thing, they are the text's own list.
    """
    if goes_on(lines, start, column):
        return start
    if _ADVERT.fullmatch(lines[start].compact):
        end = start + 1
        sentences = 0
        for i in range(start + 1, min(start + _MOST_ADVERT_LINES, len(lines))):
            sentences += "。" in lines[i].text
            if begins_story(lines[i]) or sentences > 1:
                break
            if _PHONE.search(lines[i].compact) or _LABEL.search(lines[i].compact):
                end = i + 1
        return end
    if start and lines[start - 1].compact.endswith(("：", ":")):
        return start
    end = start
    while end < len(lines) and _is_bare_offer(lines[end]):
        end += 1
    phones = sum(_PHONE.search(line.compact) is not None for line in lines[start:end])
    offered = sum(_OFFER.search(line.compact) is not None for line in lines[start:end])
    enough = end - start >= _RUN and 2 * phones >= end - start and 2 * offered >= end - start
    return end if enough else start


def notice_end(lines: Sequence[Line], start: int, column: Column) -> int:
    """Where a public notice that begins at a line ends; `start` where none begins there.

    It has a title that names its kind and at most who gives it, and closes as notices do: with a
    formula, a contact, or its giver's name and the day. Or it is a lost document declared void.
    A line of running text is no title.
    """
    line = lines[start]
    if begins_story(line) or goes_on(lines, start, column):
        return start
    if not is_notice_title(line.compact):
        return _void_end(lines, start)
    closed = end = start
    for i in range(start + 1, min(start + _MOST_LINES, len(lines))):
        if begins_story(lines[i]):
            break
        if _closes(lines, i) or (closed and i == end and _is_signature(lines[i])):
            closed = end = i + 1
    return end if closed else start


def goes_on(lines: Sequence[Line], number: int, column: Column) -> bool:
    """Whether a line goes on with a sentence that the full line above leaves open."""
    if not number:
        return False
    above = lines[number - 1]
    if jump_lines([above]):  # it goes on on another page
        return False
    if above.compact.endswith(("，", "、", "；")):
        return True
    return not ends_sentence(above.text) and is_full(above, lines[number], column)


def is_notice_title(compact: str) -> bool:
    """Whether a line is the title of a notice: its kind, and at most who gives it and of what."""
    return (
        len(compact) <= 40
        and _TITLE.fullmatch(compact) is not None
        and _HAS_KIND.search(compact) is not None
    )


def is_advert_title(compact: str) -> bool:
    """Whether a line says that what follows is an advert."""
    return _ADVERT.fullmatch(compact) is not None


def offers(line: Line) -> bool:
    """Whether a line offers something or says where to ask."""
    return bool(_CONTACT.search(line.compact) or _OFFER.search(line.compact))


def begins_story(line: Line) -> bool:
    """Whether a line is a byline or opens a story with a lead."""
    return bool(
        bylines.opens_story(line.compact)
        or bylines.opens_dispatch(line.compact)
        or bylines.marked_byline(line.text)
        or bylines.plain_byline(line.text)
    )


def _is_bare_offer(line: Line) -> bool:
    return (
        offers(line)
        and not begins_story(line)
        and not ends_sentence(line.text)
        and "。" not in line.text
        and not line.compact.endswith(("，", "、", "；"))
    )


def _void_end(lines: Sequence[Line], start: int) -> int:
    """Where the declaration ends that a lost document is void."""
    if not re.search(r"遗失|不慎", lines[start].compact):
        return start
    for i in range(start, min(start + 4, len(lines))):
        if i > start and begins_story(lines[i]):
            return start
        if re.search(r"作废[。！]?$", lines[i].compact):
            return i + 1
        if lines[i].compact.endswith("。"):
            return start
    return start


def _closes(lines: Sequence[Line], number: int) -> bool:
    compact = lines[number].compact
    # The formula may break over two lines.
    if _FORMAL_END.search(lines[number - 1].compact[-4:] + compact) or (
        _PHONE.search(compact) and _CONTACT.search(compact)
    ):
        return True
    return _is_signature(lines[number])


def _is_signature(line: Line) -> bool:
    """Whether a line is the day that a notice is given on, after its giver's name or alone."""
    rest, days = _DAY.subn("", line.compact)
    return bool(days) and (not rest or _SIGNED.fullmatch(rest) is not None)
