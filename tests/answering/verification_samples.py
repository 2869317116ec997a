"""Self-written news that sentences are verified against."""

from rag.indexing.chunking import split_sentences
from tests.answering.samples import COUNCIL, LIBRARY

MEETING = (
    "3月14日上午，云溪市政府召开常务会议。市长沈明川主持会议。会议决定今年投入1.2万元改造三个社区食堂，"
    "并审议通过了《云溪市城区公园建设方案》。会议没有通过停车收费办法。"
)


BRIDGE = (
    "清河大桥全长1860米，双向六车道，总投资3亿5000万元，2021年9月开工，预计二〇二四年底建成通车。"
    "“大桥通车后，两岸车程将缩短40%。”项目负责人陆远征表示。目前已完成百分之六十五的工程量。"
)


SCHOOL = (
    "云溪三中今年招收新生八百二十名，比去年增加5.5个百分点，其中农村学生占三分之一。"
    "学校新建宿舍楼两栋，共有床位1,240张，9月1日起投入使用。校长何慧敏未透露明年的计划。"
)


SENTENCES = [
    text[start:end]
    for text in (COUNCIL, LIBRARY, MEETING, BRIDGE, SCHOOL)
    for start, end in split_sentences(text)
]
