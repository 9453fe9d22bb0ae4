"""The groupings beside a Standard, as data: ``groupings/*.toml``, one grouping a file.

A team's submission names one for a column (``data.groupings``), or none. Three kinds of file lie
there: a grouping, the entries that say that something is not known, and a list of characteristics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from essex_standard.evidence.groupings import Group, Grouping

FOLDER = "groupings"

Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _GroupTable(_Strict):
    name: Text
    values: tuple[Text, ...] = ()
    code: str = ""
    beside: bool = False


class GroupingFile(_Strict):
    """One grouping: its groups, and the entries of data that stand for each."""

    schema_: Annotated[Literal["essex-grouping/1"], Field(alias="schema")]
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    source: Text
    characteristic: str = ""
    unknown: tuple[Text, ...] = ()
    group: Annotated[tuple[_GroupTable, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _each_entry_once(self) -> GroupingFile:
        places: dict[str, str] = {}
        for group in self.group:
            entries = {e.casefold() for e in (group.name, *group.values)} | {group.code} - {""}
            for entry in entries:
                if places.setdefault(entry, group.name) != group.name:
                    raise ValueError(f"'{entry}' stands for two groups")
        return self

    def grouping(self) -> Grouping:
        """Return it as the evidence uses it."""
        return Grouping(
            id=self.id,
            title=self.title,
            groups=tuple(
                Group(name=g.name, entries=g.values, code=g.code, beside=g.beside)
                for g in self.group
            ),
            unknown=self.unknown,
        )


class NotKnownFile(_Strict):
    """Entries of any column that plainly say that it is not known."""

    schema_: Annotated[Literal["essex-not-known/1"], Field(alias="schema")]
    source: Text
    values: tuple[Text, ...]


class _Characteristic(_Strict):
    name: Text
    columns: tuple[Text, ...] = ()


class CharacteristicsFile(_Strict):
    """Characteristics that a law protects, with the names that columns usually have."""

    schema_: Annotated[Literal["essex-characteristics/1"], Field(alias="schema")]
    id: Text
    title: Text
    source: Text
    characteristic: tuple[_Characteristic, ...]


KINDS: Mapping[str, type[GroupingFile] | type[NotKnownFile] | type[CharacteristicsFile]] = {
    "essex-grouping/1": GroupingFile,
    "essex-not-known/1": NotKnownFile,
    "essex-characteristics/1": CharacteristicsFile,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Groupings:
    """What lies beside a Standard to read groups by.

    Attributes
    ----------
    by_id : mapping of a grouping's id to Grouping
    not_known : frozenset of str
        In small letters.
    characteristics : mapping of a protected characteristic to usual names of its columns
    """

    by_id: Mapping[str, Grouping] = field(default_factory=dict)
    not_known: frozenset[str] = frozenset()
    characteristics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def together(files: Mapping[str, BaseModel]) -> Groupings:
    """Return the files of a folder as one."""
    groupings = [f for f in files.values() if isinstance(f, GroupingFile)]
    return Groupings(
        by_id={f.id: f.grouping() for f in groupings},
        not_known=frozenset(
            v.casefold() for f in files.values() if isinstance(f, NotKnownFile) for v in f.values
        ),
        characteristics={
            c.name: c.columns
            for f in files.values()
            if isinstance(f, CharacteristicsFile)
            for c in f.characteristic
        },
    )
