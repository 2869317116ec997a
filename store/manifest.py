"""What made an index: stored with it, and compared with the settings at every open."""

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts that decide what stands in an index; any difference asks for a reindex.

    dimension: 0 where it isn't known yet; it then agrees with any. normaliser, chunker: versions
    of the lexical folding and of the chunker. chunk_characters, chunk_cap: the chunker's settings.
    headline_context: whether chunks are indexed with headline and kicker; an index in which that
    isn't noted was made with them.
    """

    embedding: str
    revision: str
    dimension: int
    normaliser: int
    chunker: int
    chunk_characters: int
    chunk_cap: int
    headline_context: bool = True

    def differences(self, wanted: "Manifest") -> list[str]:
        """One phrase for each part in which the index (self) is not what is wanted."""
        found = []
        for field in fields(self):
            stored, asked = getattr(self, field.name), getattr(wanted, field.name)
            unknown = field.name == "dimension" and 0 in (stored, asked)
            if stored != asked and not unknown:
                label = field.name.replace("_", " ")
                found.append(f"{label} is {stored}, the settings give {asked}")
        return found

    def as_dict(self) -> dict[str, str | int]:
        """The fields by name, for storing."""
        return asdict(self)
