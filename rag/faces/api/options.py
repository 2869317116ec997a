"""How a server is set up."""

import ipaddress
from dataclasses import dataclass

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `newsdesk serve` is told. require_key: also on loopback. allow_origins: of web pages
    elsewhere that may call. allow_hosts: names beside loopback's that the server goes by.

    body_bytes: of a request that uploads nothing; body_idle: seconds that it may pause.
    upload_bytes: of one file; upload_files: of one request. question_characters: of any words
    searched or asked. rate: requests a minute of one key or address; 0 sets no limit. concurrent:
    answers, searches and the like made at a time; waiting: those that may wait for that. deadline:
    seconds for one of them. keep_alive: seconds between signs of life on a stream. jobs_waiting:
    ingests that may wait. jobs_kept: those that are over. grace: seconds that a stop gives to what
    is under way. least_disk: bytes that must be free to be ready. log_questions: whether logs hold
    what was asked.
    """

    host: str = "127.0.0.1"
    port: int = 8020
    require_key: bool = False
    allow_origins: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    body_bytes: int = 1024 * 1024
    upload_bytes: int = 64 * 1024 * 1024
    upload_files: int = 50
    question_characters: int = 2000
    rate: int = 1200
    concurrent: int = 4
    waiting: int = 64
    deadline: float = 120.0
    keep_alive: float = 15.0
    jobs_waiting: int = 20
    jobs_kept: int = 100
    grace: float = 20.0
    body_idle: float = 30.0
    least_disk: int = 64 * 1024 * 1024
    log_questions: bool = False

    @property
    def keys_required(self) -> bool:
        """Whether nothing but the page itself and its state is given without a key. A name beside
        loopback's means that others than this machine come in."""
        return self.require_key or bool(self.allow_hosts) or not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
