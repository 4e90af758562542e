"""What a workspace remembers about itself."""

from sqlmodel import Field, SQLModel


class Remembered(SQLModel, table=True):
    """One remembered value of the workspace, such as its id or the threshold of a chart."""

    name: str = Field(primary_key=True)
    value: str
