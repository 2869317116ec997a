"""Orders to a language model that an article prints: such words are not sent to one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.passages import Passage
from rag.types import Article

# What gives orders to a model or imitates the form of its input, in words that papers hardly print
# otherwise. What is told to people (无视交通规则, ignore police instructions, 只回答：“不知道。”,
# output only rose) is none.
_ORDERS = re.compile(
    r"""
      (?:忽略|无视|忘记|忘掉|抛开|不要?理会|不必理会|不要遵守|跳过)
      (?:你|您|的|以上|上述|之前|此前|前面|先前|所有|全部|一切|任何|系统|原有|这些|给定|收到){1,6}
      .{0,4}(?:指令|指示(?![牌灯标])|提示词|prompt)
    | (?:忽略|无视|忘记|忘掉|跳过)(?:你|您|所有|全部)*(?:以上|上述|之前|此前|先前)的?
      (?:所有|全部)?提示
    | (?:^|[\s。！？；，,:：“"「『]|请|你|您|必须|务必|应)只(?:需|能|准|许|要|可以?)?
      (?:(?:回答|输出|答复)(?:[:：](?!\s*[“"「『])|以下|下面|这一?句)|回复(?:以下|下面|这一?句))
    | (?:ignore|disregard|forget|override)\ (?:(?:all|any|every|of|the|these|those|my|your)\ ){0,3}
      (?:(?:your|all|previous|prior|above|earlier|preceding|foregoing|system|original|initial)
      (?:,?\ [a-z]+){0,2}\ (?:instructions?|prompts?)\b
      |instructions?\ (?:above|before|so\ far|you)\b)
    | (?:answer|reply|respond|output)\ (?:only|with\ only|only\ with|nothing\ but)
      (?:[:：]|\ ?["“‘']|\ (?:this|the\ (?:following|words?))\b)
    | ^[^\S\n]*(?:\#{1,3}[^\S\n]*)?(?:system|assistant|user)[^\S\n]*[:：]
    | ^[^\S\n]*\#{1,3}[^\S\n]*(?:system|assistant|user)(?![a-z])
    | </?(?:sources?|article|system|assistant|user|instructions?)>
    | <\|?(?:im_start|im_end|endoftext|system|assistant|user)\|?>
    | \[/?INST\]
    | "(?:answerable|sentences)"\s*:
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(r"[。！？!?\n]|\.(?=\s)")


def without_orders(passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """The passages up to where their articles begin to give orders to a language model, and the
    headlines of those articles. What follows an order belongs to it and is left out with it; where
    the heading gives one, so is all of the article."""
    articles = {passage.article.id: passage.article for passage in passages}
    begins = {name: _orders_begin(article) for name, article in articles.items()}
    kept: list[Passage] = []
    ordering: dict[str, str] = {}
    for passage in passages:
        article = passage.article
        end = begins[article.id]
        if end is None or end >= passage.end:
            kept.append(passage)
            continue
        ordering[article.id] = article.headline
        # The sentence that the order stands in begins before it.
        end = max((stop.end() for stop in _END.finditer(article.text[:end])), default=0)
        if article.text[passage.start : end].strip():
            kept.append(replace(passage, end=end))
    return tuple(kept), tuple(ordering.values())


def _orders_begin(article: Article) -> int | None:
    """Where an article's text begins to give orders, 0 where its heading does; None where neither
    gives any."""
    if _ORDERS.search("\n".join((article.headline, article.kicker, article.publication))):
        return 0
    found = _ORDERS.search(article.text)
    return found.start() if found else None
