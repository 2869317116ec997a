"""What every model of a response is."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A response's part; a field that it doesn't know would be a fault."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
