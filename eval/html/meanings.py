"""What each measure says, in words for somebody who did not make it."""

from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    "right": "the share of questions answered with every expected fact, from an article that"
    " answers them and with true quotes, or refused where the archive holds no answer",
    "fact_recall": "the share of expected facts that stand in the answer or in its quotes",
    "exact_match": "the share of short answers that are a known right answer, letter for letter"
    " but for punctuation",
    "f1": "how much the short answer and a known right answer have in common",
    "rouge_l": "how much of a reference text the answer tells in the same order, and how little"
    " else",
    "right_source": "the share of answers whose first quote is from an article that answers the"
    " question",
    "citation_validity": "the share of quotes that are the article’s own text, letter for letter",
    "whole_quotes": "the share of quotes that cut no word or number at their ends",
    "citation_recall": "the share of sentences that the words they cite hold, as far as words"
    " alone tell",
    "citation_precision": "the share of citations that their sentence needs, as far as words"
    " alone tell",
    "unsupported": "the share of sentences that cite nothing, cite wrongly, or say what their"
    " quotes don’t",
    "refusal_recall": "the share of questions without an answer in the archive that were refused",
    "refusal_precision": "the share of refusals of questions that the archive really doesn’t"
    " answer",
    "false_refusals": "the share of questions that the archive answers, refused all the same",
    "recall@1": "the share of articles that answer a question and were found in the first place",
    "recall@5": "the share of articles that answer a question and were found in the first 5 places",
    "recall@10": "the share of articles that answer a question and were found in the first 10"
    " places",
    "mrr@10": "1 where the first right article was found in the first place, 1/2 in the second,"
    " and so on; 0 where it was not in the first 10",
    "ndcg@10": "how near the first 10 places come to all right articles first, the first places"
    " counting most",
    "failed": "the share of questions that got no answer because something broke",
    "quoted": "characters quoted in an answer: what a reader must go through to check it",
    "seconds": "time from question to answer",
    "tokens": "tokens that the language model read and wrote for a question",
    "cost": "what the language model’s work on a question costs",
}
"""By the name of a measure. Shares are between 0 and 1: 0.9 is 90 %."""
