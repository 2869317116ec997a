"""What any news of a language looks like to an embedding model: what all of it has in common says
nothing about whether two articles tell of the same event."""

from typing import TYPE_CHECKING

from rag.indexing.embedding.base import Embedder
from rag.types import Language
from store.library import Library

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

# Invented, and of as many subjects as there are sentences: their mean leans to none.
_SENTENCES: dict[Language, tuple[str, ...]] = {
    "zh": (
        "市政府召开会议，研究明年的财政预算，并听取各部门的工作汇报。",
        "昨天夜里的大雨淹没了河边的农田，消防员转移了几十户村民。",
        "新建的地铁线路将在月底试运行，全程共有二十座车站。",
        "主队在最后一分钟攻入制胜一球，晋级下一轮比赛。",
        "央行宣布下调利率，股市当天小幅上涨。",
        "医院开设了夜间儿科门诊，家长不必再跑到邻市看病。",
        "法院一审判处被告人有期徒刑三年，并处罚金。",
        "学校放暑假前举行了安全教育课，提醒学生不要下河游泳。",
        "两国外长通电话，就边境贸易和签证问题交换了意见。",
        "这部电影上映一周，票房收入超过了去年的同类影片。",
        "研究人员发现了一种新的细菌，可以分解塑料垃圾。",
        "公司发布第二季度财报，销售额比去年同期增长。",
        "气象台发布高温预警，提醒市民减少户外活动。",
        "果农在网上直播卖桃子，一天卖出两千箱。",
        "高速公路上两辆货车追尾，交通中断三个小时。",
        "博物馆展出了一批新出土的青铜器，吸引许多观众。",
    ),
    "en": (
        "The council met on Monday to discuss next year's budget and heard reports on roads.",
        "Heavy rain flooded farmland along the river overnight, and dozens of people were moved.",
        "The new railway line will begin trial runs at the end of the month.",
        "A goal in the last minute sent the home side into the next round.",
        "The central bank cut interest rates, and shares rose slightly.",
        "The hospital opened a night clinic for children.",
        "The court sentenced the man to three years in prison.",
        "Schools taught pupils about water safety before the summer holidays.",
        "The two foreign ministers spoke by telephone about trade and visas.",
        "The film took more at the box office in a week than any other this year.",
        "Researchers found a bacterium that breaks down plastic.",
        "The company reported higher sales for the second quarter.",
        "Forecasters warned of extreme heat and asked people to stay indoors.",
        "Farmers sold two thousand boxes of peaches online in a day.",
        "Two lorries collided on the motorway, which was closed for three hours.",
        "The museum put newly unearthed bronzes on show.",
    ),
}


def background(library: Library, embedder: Embedder) -> "dict[Language, NDArray[np.float32]]":
    """The mean vector of news in each language, (dimension,) each; embedded once for an archive.

    Raises EmbeddingError.
    """
    import numpy as np  # heavy: loaded on first use

    keys = {text: library.vector_key(text) for texts in _SENTENCES.values() for text in texts}
    known = dict(library.cached_vectors(list(keys.values())))
    missing = [text for text, key in keys.items() if key not in known]
    if missing:
        vectors = embedder.embed_passages(missing)
        made = {keys[text]: vector for text, vector in zip(missing, vectors, strict=True)}
        library.remember_vectors(made)
        known |= made
    return {
        language: np.mean([known[keys[text]] for text in texts], axis=0)
        for language, texts in _SENTENCES.items()
    }
