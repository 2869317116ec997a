"""What a briefing says around its articles' words, in Chinese or English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.briefing_types import Briefing, NewsDay, Story, StoryUpdate
from rag.retrieval.english_months import MONTHS
from rag.types import Citation, Language

CONTENTS_FROM = 9
"""Stories from which a briefing has a table of contents."""

_CHINESE: Mapping[str, str] = {
    "news": "{}要闻", "of_topic": "{}：{}", "to": "{}至{}", "list": "、", "stop": "。",
    "contents": "目录", "table": "决定与数字", "quotes": "引文", "notes": "说明",
    "kind": "类别", "what": "内容", "value": "数值", "story": "要闻", "source": "出处",
    "decision": "决定", "number": "数字", "date": "日期",
    "new": "新", "unsupported": "引文未能证实", "back": "返回正文",
    "page": "第{}版", "nth": "第{}条", "articles": "{}篇报道", "stories": "{}条要闻",
    "untold": "另有{}条未列",
    "extractive": "要点均为报道原文", "llm": "要点由语言模型{}撰写，并逐句与引文核对",
    "people": "只选提到{}的要闻", "paper": "《{}》",
    "update": "续报：{}的简报已报道“{}”", "no_news": "，尚无新内容",
    "nothing": "资料库中没有{}的报道。", "nothing_on": "资料库中没有{}关于“{}”的报道。",
    "nothing_naming": "资料库中没有{}提到{}的报道。",
    "nearest": "最近有报道的日期：{}。", "day_articles": "{}（{}篇）",
}  # fmt: skip
_ENGLISH: Mapping[str, str] = {
    "news": "News of {}", "of_topic": "{}: {}", "to": "{} to {}", "list": ", ", "stop": ".",
    "contents": "Contents", "table": "Decisions and numbers", "quotes": "Quotes", "notes": "Notes",
    "kind": "Kind", "what": "What", "value": "Value", "story": "Story", "source": "Quote",
    "decision": "decision", "number": "number", "date": "date",
    "new": "new", "unsupported": "not supported by its quote", "back": "back to the text",
    "page": "p. {}", "nth": "no. {}", "articles": "{} articles", "stories": "{} stories",
    "untold": "{} more not told",
    "extractive": "every point is in the articles' own words",
    "llm": "points written by the language model {}, each checked against its quotes",
    "people": "only stories that name {}", "paper": "{}",
    "update": "Update: the briefing of {} told of “{}”", "no_news": ", and nothing is new since",
    "nothing": "The archive holds no news of {}.",
    "nothing_on": "The archive holds no news of {} on “{}”.",
    "nothing_naming": "The archive holds no news of {} that names {}.",
    "nearest": "Nearest days with news: {}.", "day_articles": "{} ({} articles)",
}  # fmt: skip
_ONE: Mapping[str, str] = {
    "articles": "{} article",
    "stories": "{} story",
    "day_articles": "{} ({} article)",
}
_WORDS: Mapping[Language, Mapping[str, str]] = {"zh": _CHINESE, "en": _ENGLISH}


@dataclass(frozen=True, slots=True)
class Frame:
    """The words of one language around a briefing."""

    language: Language

    def word(self, name: str) -> str:
        """A heading or label by its name."""
        return _WORDS[self.language][name]

    def title(self, briefing: Briefing) -> str:
        """What the briefing is of: its days, and its topic."""
        title = self.word("news").format(self.period(briefing.date_from, briefing.date_to))
        if briefing.topic:
            title = self.word("of_topic").format(title, briefing.topic)
        return title

    def about(self, briefing: Briefing) -> list[str]:
        """What the briefing was made from and how, in a few short parts."""
        parts = [self._counted("stories", len(briefing.stories))]
        if briefing.articles:
            parts.append(self._counted("articles", briefing.articles))
        if briefing.untold:
            parts.append(self.word("untold").format(briefing.untold))
        if briefing.publication:
            parts.append(self.word("paper").format(briefing.publication))
        if briefing.people:
            parts.append(self.word("people").format(self._list(briefing.people)))
        parts.append(self.word(briefing.mode).format(briefing.model or ""))
        return parts

    def nothing(self, briefing: Briefing) -> list[str]:
        """That a period has no news, and the days nearest to it that have some."""
        days = self.period(briefing.date_from, briefing.date_to)
        if briefing.topic:
            said = self.word("nothing_on").format(days, briefing.topic)
        elif briefing.people:
            said = self.word("nothing_naming").format(days, self._list(briefing.people))
        else:
            said = self.word("nothing").format(days)
        nearest = [self.word("nearest").format(self._days(briefing.nearest))]
        return [said, *(nearest if briefing.nearest else [])]

    def story_about(self, story: Story, briefing: Briefing) -> list[str]:
        """Where a story was printed, and in how many articles."""
        papers = [self.word("paper").format(paper) for paper in story.papers]
        parts = [self._list(papers)] if papers else []
        if briefing.date_from != briefing.date_to and story.issue_dates:
            parts.append(self.period(story.issue_dates[0], story.issue_dates[-1]))
        if story.page:
            parts.append(self.word("page").format(story.page))
        if len(story.article_ids) > 1:
            parts.append(self._counted("articles", len(story.article_ids)))
        return parts

    def update(self, update: StoryUpdate) -> str:
        """That an earlier briefing told of a story, and whether anything is new since."""
        days = self.period(update.date_from, update.date_to)
        said = self.word("update").format(days, update.headline)
        return said + (
            self.word("stop") if update.news else self.word("no_news") + self.word("stop")
        )

    def place(self, citation: Citation) -> str:
        """Where a citation stands: headline, paper, issue date, page, source."""
        day = self.day(citation.issue_date) if citation.issue_date else ""
        page = self.word("page").format(citation.page) if citation.page else ""
        parts = (citation.headline, citation.publication, day, page, citation.source)
        return " · ".join(part for part in parts if part)

    def period(self, first: date, last: date) -> str:
        """One day, or the first and the last of several, their year and month said once."""
        if first == last:
            return self.day(first)
        begin, end = self.day(first), self.day(last)
        same_month = (first.year, first.month) == (last.year, last.month)
        if self.language == "zh" and first.year == last.year:
            end = f"{last.day}日" if same_month else f"{last.month}月{last.day}日"
        elif first.year == last.year:
            begin = f"{first.day}" if same_month else f"{first.day} {MONTHS[first.month - 1]}"
        return self.word("to").format(begin, end)

    def day(self, day: date) -> str:
        """2024年5月16日, 16 May 2024."""
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def _days(self, days: Sequence[NewsDay]) -> str:
        return self._list(
            [
                self._form("day_articles", one.articles).format(self.day(one.day), one.articles)
                for one in days
            ]
        )

    def _list(self, names: Sequence[str]) -> str:
        return self.word("list").join(names)

    def _counted(self, name: str, count: int) -> str:
        return self._form(name, count).format(count)

    def _form(self, name: str, count: int) -> str:
        return _ONE[name] if count == 1 and self.language == "en" else self.word(name)


def frame_of(briefing: Briefing, language: Language | None = None) -> Frame:
    """The frame in a language; by default in that of most of the articles' headlines, Chinese where
    there are none."""
    if language is None:
        told = [story.headline for story in briefing.stories if story.headline]
        latin = sum(headline.isascii() for headline in told)
        language = "en" if told and 2 * latin > len(told) else "zh"
    return Frame(language)
