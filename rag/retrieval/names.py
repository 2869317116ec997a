"""Chinese personal names in running text, by surname, office and the verbs that people do."""

import re

from rag.reading.surnames import DOUBLE_SURNAMES, SURNAMES

PLACE_ENDS = tuple("区镇县市省州岛村乡路街桥山河江湖")
"""What names of places end in."""

_OFFICE_HELD = (
    "书记|市长|县长|区长|镇长|乡长|州长|省长|部长|厅长|局长|处长|科长|主任|主席|总理|总统|议长|秘书长|常委|委员|"
    "代表|校长|院长|所长|馆长|会长|社长|台长|站长|队长|组长|团长|行长|董事长|总经理|经理|总裁|主编|教授|研究员|"
    "专家|医生|医师|护士|老师|教练|负责人|发言人|法官|律师|院士|村支书"
)
_OFFICE = (
    f"{_OFFICE_HELD}|记者|通讯员|村民|居民|市民|学生|作家|导演|演员|选手|先生|女士|"
    "市领导|县领导|同志"
)
_DOES = (
    "说|表示|指出|强调|认为|介绍|主持|宣布|告诉|透露|坦言|回忆|建议|要求|希望|称|出席|参加|率|赴|带队|调研|致辞|"
    "讲话|代表|作|等|任|当选|获|担任|同志|先生|女士|教授"
)
_NO_NAME = (
    "关于|全[国省市县区镇村]|方面|单位|和[县市省区]|向[各全我]|于[今昨是]|任命|成立|项目|文[化件]|"
    "时[候间]|常[委务]|明[年确日]|强调"
)
_SURNAME = "|".join(sorted(DOUBLE_SURNAMES)) + "|[" + "".join(sorted(SURNAMES)) + "]"
_NAME = rf"(?!{_NO_NAME})(?:{_SURNAME})[\u4e00-\u9fff]{{1,2}}"

_OFFICE_FIRST = re.compile(rf"(?:副|前|原)?(?:{_OFFICE}|{_DOES})")
_AFTER_OFFICE = re.compile(
    rf"(?:{_OFFICE})(?:、?(?:{_OFFICE}))*({_NAME})(?=[\u4e00-\u9fff，。、；：（(\s]|$)"
)
_BEFORE_VERB = re.compile(rf"(?:^|[，。、；：“”\s])({_NAME})(?:{_DOES})")
_OFFICE_LAST = re.compile(rf"(?:{_OFFICE_HELD})$")
_TRANSLITERATED = re.compile(r"[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8})+")


def names_a_person(text: str) -> bool:
    """Whether the text seems to name somebody; a hint for ranking, not a fact."""
    return any(pattern.search(text) for pattern in (_TRANSLITERATED, _AFTER_OFFICE, _BEFORE_VERB))


def begins_with_office(text: str) -> bool:
    """Whether a text begins with an office, or with what is said of people: as behind a name."""
    return _OFFICE_FIRST.match(text) is not None


def ends_with_office(text: str) -> bool:
    """Whether a text ends with an office that somebody holds: not with what anybody may be called
    (村民, 先生) or a reporter."""
    return _OFFICE_LAST.search(text) is not None
