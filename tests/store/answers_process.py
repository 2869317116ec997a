"""Run in a process of its own: adds records and replies to the answers of a home.

Arguments: the home, a name for its questions, how many. Begins once it is sent a line.
"""

import sys
from pathlib import Path

from store.answers import AnswerStore, StoredReply
from tests.store.test_answers import record

if __name__ == "__main__":
    home, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    sys.stdin.readline()
    store = AnswerStore(home, records=1000, replies=1000, megabytes=64)
    for number in range(count):
        print(store.add(record(f"{name} {number}")))
        store.keep_reply(f"{name} {number}", StoredReply("text", "m", "stop"))
    store.close()
