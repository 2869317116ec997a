"""One place for every setting: NEWSDESK_* in the environment, then newsdesk.toml, then defaults."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from platformdirs import user_data_path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from rag.errors import SettingsError

ENV_PREFIX = "NEWSDESK_"
CONFIG_NAME = "newsdesk.toml"
DEFAULT_WINDOW = 16_384  # tokens: what local servers are commonly run with, or more
LEAST_PROMPT = 1_500  # tokens that instructions, a question and a few sources take

INDEX_SETTINGS = (
    *("embedding", "embedding_query_prefix", "embedding_passage_prefix"),
    *("chunk_characters", "chunk_cap", "headline_context"),
)
"""The settings that an index depends on: it opens with those that it was made by."""


class Settings(BaseModel):
    """Everything a user may set. Unknown names are errors, so that no slip goes unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("newsdesk", appauthor=False),
        description="The data folder: catalogue, vectors and lock file.",
    )
    embedding: str = Field(
        default="bundled",
        description="bundled, sentence-transformers:<model> or openai:<model>.",
    )
    embedding_batch: int = Field(
        default=32, ge=1, le=4096, description="Texts handed to the embedding model at a time."
    )
    embedding_query_prefix: str | None = Field(
        default=None,
        description="Put before a question that is embedded; else as the model's own files say.",
    )
    embedding_passage_prefix: str | None = Field(
        default=None,
        description="Put before a passage that is embedded; else as the model's own files say.",
    )
    embedding_requests: int = Field(
        default=4, ge=1, le=64, description="Batches sent at a time to an embedding server."
    )
    chunk_characters: int = Field(
        default=240, ge=60, le=400, description="Characters a chunk aims at; sentences stay whole."
    )
    chunk_cap: int = Field(
        default=360, ge=80, le=480, description="Characters a chunk never exceeds."
    )
    headline_context: bool = Field(
        default=True,
        description="Chunks are indexed with the headline and kicker of their article.",
    )
    chroma_url: str | None = Field(
        default=None, description="A Chroma server, for several processes; else files in home."
    )
    mode: Literal["auto", "extractive", "llm"] = Field(
        default="auto",
        description="Who writes answers: auto takes a language model where a key or server is set.",
    )
    model: str = Field(default="gpt-5-mini", description="The language model that writes answers.")
    model_timeout: float = Field(
        default=60.0,
        gt=0,
        le=3600,
        description="Seconds a language model has for one answer, retries included.",
    )
    model_tokens: int = Field(
        default=4000,
        ge=64,
        le=32768,
        description="Tokens a language model may write in one answer.",
    )
    briefing_tokens: int = Field(
        default=200_000,
        ge=1_000,
        le=100_000_000,
        description="Tokens that the language model may read and write for one briefing.",
    )
    model_window: int = Field(
        default=DEFAULT_WINDOW,
        ge=2048,
        le=10_000_000,
        description="Tokens that the language model's window holds, prompt and answer together.",
    )
    model_prompt_price: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="US dollars for a million tokens that the model reads.",
    )
    model_completion_price: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="US dollars for a million tokens that the model writes.",
    )
    response_cache: int = Field(
        default=1000,
        ge=0,
        le=100_000,
        description="Replies of the language model kept to be given again; 0 keeps none.",
    )
    answer_records: int = Field(
        default=1000,
        ge=0,
        le=100_000,
        description="Answers whose records are kept, the latest; 0 keeps none.",
    )
    answer_megabytes: int = Field(
        default=64,
        ge=1,
        le=10_000,
        description="Megabytes that records may take, and kept replies as many again.",
    )
    briefings: int = Field(
        default=1000,
        ge=0,
        le=100_000,
        description="Finished briefings that are kept, the latest; 0 keeps none.",
    )
    context_characters: int = Field(
        default=6000,
        ge=500,
        le=400_000,
        description="Characters of sources sent to a language model, if its window holds them.",
    )
    candidates: int = Field(
        default=60, ge=5, le=1000, description="Chunks each search brings before fusion."
    )
    retriever: Literal["hybrid", "dense", "lexical"] = Field(
        default="hybrid",
        description="What is searched: hybrid both, dense vectors alone, lexical words alone.",
    )
    fusion: Literal["convex", "rrf"] = Field(
        default="convex",
        description="How both searches are joined: convex by scores, rrf by ranks alone.",
    )
    query_rules: bool = Field(
        default=True,
        description="Questions are split into their parts and sides; dates, papers and people named"
        " in them count.",
    )
    reranker: str = Field(default="bundled", description="bundled, none or cross-encoder:<model>.")
    rerank_depth: int = Field(
        default=40, ge=1, le=1000, description="Fused chunks a cross-encoder reads, from the best."
    )
    refusal_bar: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Probability of answering below which a sentence of the archive's own is not"
        " given, to a question, a part or a side of one; else as calibrated for the language. 0"
        " refuses nothing while anything is found.",
    )

    @field_validator("home", mode="before")
    @classmethod
    def _named_home(cls, home: object) -> object:
        # An empty name is what an unset variable leaves, and would mean the current folder.
        if isinstance(home, Path) or (isinstance(home, str) and home.strip()):
            return home
        raise ValueError("name a folder, or leave it out")

    @field_validator("refusal_bar", "model_prompt_price", "model_completion_price", mode="before")
    @classmethod
    def _none_where_it_says_so(cls, value: object) -> object:
        return None if isinstance(value, str) and value.strip().lower() == "none" else value

    @field_validator("home")
    @classmethod
    def _expand_home(cls, home: Path) -> Path:
        try:
            return home.expanduser().absolute()
        except RuntimeError:
            raise ValueError(f"there is no user by the name in {home}") from None

    @field_validator("embedding")
    @classmethod
    def _known_provider(cls, embedding: str) -> str:
        provider, _, model = embedding.partition(":")
        if embedding == "bundled" or (provider in {"sentence-transformers", "openai"} and model):
            return embedding
        raise ValueError("use bundled, sentence-transformers:<model> or openai:<model>")

    @field_validator("reranker")
    @classmethod
    def _known_reranker(cls, reranker: str) -> str:
        provider, _, model = reranker.partition(":")
        if reranker in {"bundled", "none"} or (provider == "cross-encoder" and model):
            return reranker
        raise ValueError("use bundled, none or cross-encoder:<model>")

    @model_validator(mode="after")
    def _chunks_within_their_cap(self) -> Self:
        if self.chunk_characters > self.chunk_cap:
            raise ValueError(
                f"{ENV_PREFIX}CHUNK_CHARACTERS is {self.chunk_characters}, over"
                f" {ENV_PREFIX}CHUNK_CAP, which is {self.chunk_cap}; raise that too"
            )
        return self

    @model_validator(mode="after")
    def _room_for_a_prompt(self) -> Self:
        most = self.model_window - LEAST_PROMPT
        if self.model_tokens > most:
            raise ValueError(
                f"{ENV_PREFIX}MODEL_TOKENS is {self.model_tokens}, which leaves no room for a"
                f" prompt in {ENV_PREFIX}MODEL_WINDOW, which is {self.model_window}; raise that, or"
                f" take at most {most} tokens"
            )
        return self


def load_settings(home: Path | None = None, folder: Path | None = None) -> Settings:
    """Settings from the environment, then `newsdesk.toml` in `folder` (the current one by default).

    home: overrides every other source, as `--home` does. Raises SettingsError that names the
    setting, where it was set, and what it may be.
    """
    config = (folder or Path.cwd()) / CONFIG_NAME
    values = _from_file(config)
    for name, value in os.environ.items():
        if name.startswith(ENV_PREFIX):
            values[name.removeprefix(ENV_PREFIX).lower()] = value
    if home is not None:
        values["home"] = home
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, config, home)) from None


def with_home(settings: Settings, home: Path) -> Settings:
    """The same settings with another data folder. Raises SettingsError."""
    try:
        return Settings.model_validate({**settings.model_dump(), "home": home})
    except ValidationError as error:
        raise SettingsError(_explain(error, Path(CONFIG_NAME), home)) from None


def with_values(settings: Settings, values: Mapping[str, object]) -> Settings:
    """The same settings with some of them changed; text stands for what it says, as in the
    environment. Raises SettingsError."""
    try:
        return Settings.model_validate({**settings.model_dump(), **values})
    except ValidationError as error:
        raise SettingsError(_explain(error, None, None)) from None


def source_of(name: str, config: Path, home: Path | None) -> str:
    """Where a setting that is in force was set: `--home`, a variable, a file, or `default`."""
    if name == "home" and home is not None:
        return "--home"
    variable = f"{ENV_PREFIX}{name.upper()}"
    if variable in os.environ:
        return variable
    return str(config) if name in _from_file(config) else "default"


def _from_file(config: Path) -> dict[str, Any]:
    try:
        with config.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{config}: can't be read as TOML ({error}); mend or remove it"
        ) from None


def _explain(error: ValidationError, config: Path | None, home: Path | None) -> str:
    """config: None where the values came with the command."""
    lines = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = ", ".join(sorted(Settings.model_fields))
            what = f"no such setting; the settings are {known}"
        else:
            what = problem["msg"].removeprefix("Value error, ")
        # What is wrong between two settings names both itself.
        lines.append(f"{_source(name, config, home)}: {what}" if name else what)
    return "; ".join(lines)


def _source(name: str, config: Path | None, home: Path | None) -> str:
    """Where a setting was set."""
    if config is None or (name == "home" and home is not None):
        return name
    variable = f"{ENV_PREFIX}{name.upper()}"
    return variable if variable in os.environ else f"{config}: {name}"
