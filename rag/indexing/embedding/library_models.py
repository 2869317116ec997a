"""Models of the sentence-transformers library, embedding ones and cross-encoders: where they lie,
how they are opened, and how many texts they take at a time."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.errors import NewsdeskError

if TYPE_CHECKING:  # heavy: only its types are needed here
    import torch
    from sentence_transformers import CrossEncoder, SentenceTransformer

# A GPU is filled by many texts at a time. On a CPU, batches of 4 to 16 cost alike, and of 32 half
# as much again: they hold more padding.
GPU_BATCH = 64
CPU_BATCH = 8

_MOST_NAMED = 3
# The folder of a model in the hub's cache: models--owner--name.
_CACHED = re.compile(r"models--(?:.+--)?(.+)")

Opened = TypeVar("Opened", "SentenceTransformer", "CrossEncoder")


@dataclass(frozen=True, slots=True)
class LibraryModel:
    """A model by its name on the Hugging Face hub, or by the folder it lies in, and how an error
    about it is told. label: as in the settings, with the provider. setting: what names it."""

    model: str
    label: str
    setting: str
    error: type[NewsdeskError]

    @property
    def folder(self) -> Path | None:
        """The folder that it lies in; None for one of the hub."""
        try:
            folder = Path(self.model).expanduser()
        except RuntimeError:  # the home of nobody
            return None
        return folder if folder.is_dir() else None

    @property
    def own_name(self) -> str:
        """Its name without an owner, also where a folder of the hub's cache is named."""
        if self.folder is None:
            return self.model.rpartition("/")[2]
        found = filter(None, map(_CACHED.fullmatch, reversed(self.folder.resolve().parts)))
        cached = next(found, None)
        return self.folder.absolute().name if cached is None else cached[1]

    def failed(self, what: str) -> NewsdeskError:
        """An error about it, of its kind."""
        return self.error(f"{self.label}: {what}")


def open_embedding_model(named: LibraryModel) -> "SentenceTransformer":
    """The model on the device that the library chooses. Raises the error that `named` gives."""

    def load(model: str, **options: Any) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer  # heavy: loaded on first use

        return SentenceTransformer(model, **options)

    # A snapshot without these, as a model's user in another library leaves it, would be pooled in
    # another way than the model's own.
    model = _open(named, load, whole_with="modules.json")
    if "instructor" in named.own_name.lower():
        # Su et al., "One Embedder, Any Task" (2023). The library does so by the hub's name alone.
        model.set_pooling_include_prompt(include_prompt=False)
    return model


def open_cross_encoder(named: LibraryModel) -> "CrossEncoder":
    """The model on the device that the library chooses. Raises the error that `named` gives."""

    def load(model: str, **options: Any) -> "CrossEncoder":
        from sentence_transformers import CrossEncoder  # heavy: loaded on first use

        model_of_pairs: CrossEncoder = CrossEncoder(model, **options)
        return model_of_pairs

    return _open(named, load, whole_with="config.json")


def cached_commit(model: str) -> str | None:
    """The commit of the model's `main` in the hub's cache; None where it isn't there."""
    snapshot = _snapshot(model, "modules.json") or _snapshot(model, "config.json")
    return None if snapshot is None else snapshot.name


def batch_size(device: "torch.device") -> int:
    """How many texts, or pairs of them, a model on this device takes at a time."""
    return GPU_BATCH if device.type == "cuda" else CPU_BATCH


def made_up_weights(model: "SentenceTransformer | CrossEncoder") -> list[str]:
    """Weights that the model's files don't hold, which the library filled at random."""
    inner = model.transformers_model
    # Adapters are filled by a library of their own, which leaves no mark.
    if inner is None or hasattr(inner, "peft_config"):
        return []
    ignored = re.compile("|".join(inner._keys_to_ignore_on_load_missing or ["(?!)"]))
    return [
        name
        for name, weights in inner.named_parameters()
        if weights.is_floating_point()
        and not getattr(weights, "_is_hf_initialized", False)
        and not ignored.search(name)
    ]


def named_some(names: list[str]) -> str:
    """The first few of many names, for an error."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def first_line(error: Exception) -> str:
    """What a library says of an error, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _open(named: LibraryModel, load: Callable[..., Opened], *, whole_with: str) -> Opened:
    folder = named.folder
    try:
        if folder is not None:
            return _in_fitting_precision(load(str(folder), local_files_only=True))
        return _in_fitting_precision(_from_cache_or_hub(named.model, load, whole_with))
    except Exception as error:  # transformers, the hub, safetensors and torch raise many kinds
        where = (
            "no such folder here, and it can't be fetched from the Hugging Face hub"
            if folder is None
            else "the folder holds no model that it can load"
        )
        raise named.failed(
            f"{where} ({first_line(error)}); check the name or the path in {named.setting}"
        ) from error


def _from_cache_or_hub(model: str, load: Callable[..., Opened], whole_with: str) -> Opened:
    # A commit that lies in the cache is taken as it is, so that a newer one on the hub doesn't slip
    # in beside vectors of the old.
    commit = cached_commit(model)
    snapshot = _snapshot(model, whole_with)
    if snapshot is None:
        return load(model, revision=commit)
    try:
        # As a folder: by its name, the hub is asked even so, which takes long without a network.
        return load(str(snapshot), local_files_only=True)
    except Exception:  # whatever is wrong with the copy here, the hub may have a whole one
        return load(model, revision=commit)


def _snapshot(model: str, file: str) -> Path | None:
    """The folder of the model's `main` in the hub's cache; None where the file isn't in one."""
    from huggingface_hub import try_to_load_from_cache  # heavy: loaded on first use
    from huggingface_hub.errors import HFValidationError

    # The library looks for a name without an owner among its own models.
    names = [model] if "/" in model else [f"sentence-transformers/{model}", model]
    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    try:
        for name in names:
            found = try_to_load_from_cache(name, file, cache_dir=cache)
            if isinstance(found, str):
                return Path(found).parent
    except HFValidationError:
        return None  # no name of a hub model; loading it tells the user
    return None


def _in_fitting_precision(model: Opened) -> Opened:
    """Half on a GPU; full elsewhere, where half is slow and less the same from batch to batch."""
    import torch  # heavy: loaded on first use

    if model.device.type != "cuda":
        model.float()
    # bfloat16 stays where the model was trained in it: its range may not fit float16. Otherwise
    # float16, whose finer steps keep close scores apart.
    elif any(weights.dtype == torch.float32 for weights in model.parameters()):
        model.half()
    return model
