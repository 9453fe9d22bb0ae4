"""Read a submission with the agreements it names, or tell everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from essex_standard.errors import Problem, SubmissionError, nearest
from essex_standard.submission import agreement as agreements_
from essex_standard.submission import submission as submissions_
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.submission import Submission
from essex_standard.submission.toml_file import TomlFile, read_toml
from essex_standard.submission.validation import parse

SUBMISSION_FILE = "submission.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSubmission:
    """A submission, its agreements, and where each of their fields stands.

    Attributes
    ----------
    submission : Submission
        What the team declares.
    agreements : tuple of DataSharingAgreement
        In the order in which the submission names them; files of one glob by name.
    path : pathlib.Path
        The submission's file; paths inside it are relative to its folder.
    source : TomlFile
        The submission's file as read, with the line of each key.
    sources : mapping of str to TomlFile
        The same for each agreement, by its id.
    digests : mapping of str to str
        ``sha256:...`` of every file read, by its name relative to the submission's folder.
    """

    submission: Submission
    agreements: tuple[DataSharingAgreement, ...]
    path: Path
    source: TomlFile = field(repr=False)
    sources: Mapping[str, TomlFile] = field(repr=False)
    digests: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """The folder to which the submission's paths are relative."""
        return self.path.parent

    def resolve(self, relative: str) -> Path:
        """Return a path that the submission gives, seen from here."""
        return self.folder / relative


def load_submission(
    path: str | PathLike[str], *, supplied: Collection[str] = ()
) -> LoadedSubmission:
    """Read a submission and every agreement it names.

    Parameters
    ----------
    path : str or path
        ``submission.toml``, or the folder that holds it.
    supplied : collection of str
        Of ``model`` and ``data``: what the caller gives otherwise, so that the file need not.

    Returns
    -------
    LoadedSubmission

    Raises
    ------
    SubmissionError
        With every problem of every file: F1 unreadable, F2 unknown key, F3 missing core field, F4
        wrong type or value (an agreement that is not found, or an id used twice, included).
    """
    given = Path(path)
    file = given / SUBMISSION_FILE if given.is_dir() else given
    source = read_toml(file, name=file.name if file.is_file() else str(file))
    core = [field for field in submissions_.CORE if field.split(".")[0] not in supplied]
    submission, problems = parse(Submission, source, core)
    if source.data.get("schema") == "essex-dsa/1":
        problems = [_is_an_agreement(source)]
    files, unfound = _agreement_files(source)
    problems += unfound
    loaded: dict[str, DataSharingAgreement] = {}
    sources: dict[str, TomlFile] = {}
    for one in files:
        try:
            toml = read_toml(one, name=_relative(one, file.parent))
            agreement = _agreement(toml)
        except SubmissionError as error:
            problems += error.problems
            continue
        if agreement.id in loaded:
            first = sources[agreement.id].where(("id",))
            problems.append(
                Problem(
                    what=f"The agreement id '{agreement.id}' is used twice (first in {first})",
                    where=toml.where(("id",)),
                    mend="Give each agreement an id of its own",
                    code="F4",
                )
            )
            continue
        loaded[agreement.id] = agreement
        sources[agreement.id] = toml
    if problems or submission is None:
        raise SubmissionError(problems)
    return LoadedSubmission(
        submission=submission,
        agreements=tuple(loaded.values()),
        path=file,
        source=source,
        sources=sources,
        digests={toml.name: toml.digest for toml in (source, *sources.values())},
    )


def load_agreement(path: str | PathLike[str]) -> DataSharingAgreement:
    """Read one agreement.

    Raises
    ------
    SubmissionError
        With every problem of the file, codes F1 to F4.
    """
    return read_agreement(path)[0]


def read_agreement(path: str | PathLike[str]) -> tuple[DataSharingAgreement, TomlFile]:
    """Read one agreement together with the lines of its keys.

    Raises
    ------
    SubmissionError
        With every problem of the file, codes F1 to F4.
    """
    toml = read_toml(Path(path))
    return _agreement(toml), toml


def _agreement(toml: TomlFile) -> DataSharingAgreement:
    layer = toml.data.get("layer")
    # A missing or unknown layer is told as such; what every layer needs is asked meanwhile.
    core = agreements_.CORE.get(layer) if isinstance(layer, str) else None  # type: ignore[call-overload]
    agreement, problems = parse(
        DataSharingAgreement, toml, core or ("id", "title", "status", "layer")
    )
    if agreement is None:
        raise SubmissionError(problems)
    return agreement


def _agreement_files(source: TomlFile) -> tuple[list[Path], list[Problem]]:
    """Return the files that the submission's ``agreements`` name, each once."""
    folder = source.path.parent
    entries = source.data.get("agreements", [])
    files: dict[Path, Path] = {}
    problems: list[Problem] = []
    if not isinstance(entries, list):
        return [], []  # told as a wrong type
    for i, entry in enumerate(entries):
        if not isinstance(entry, str):
            continue
        found = _files_of(entry, folder, exclude=source.path)
        if not found:
            problems.append(_not_found(entry, folder, source, i))
            # The agreement sought may be the file that cannot be read.
            problems += _unreadable(folder) if not entry.endswith(".toml") else []
        files.update({one.resolve(): one for one in found})
    return list(files.values()), problems


def _files_of(entry: str, folder: Path, *, exclude: Path) -> list[Path]:
    if entry.endswith(".toml"):
        # A glob may begin with '../': the pattern is matched from its first fixed folder.
        parts = Path(entry).parts
        fixed = [part for part in parts if not any(c in part for c in "*?[")]
        if len(fixed) == len(parts):
            return [folder / entry] if (folder / entry).is_file() else []
        depth = next(i for i, part in enumerate(parts) if any(c in part for c in "*?["))
        base = folder.joinpath(*parts[:depth])
        matched = base.glob(str(Path(*parts[depth:])))
        return sorted(p for p in matched if p.is_file() and p.resolve() != exclude.resolve())
    return [path for path, found in _ids_beside(folder, exclude) if found == entry]


def _beside(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.toml"), *folder.glob("agreements/*.toml")])


def _unreadable(folder: Path) -> list[Problem]:
    problems: list[Problem] = []
    for path in _beside(folder):
        try:
            read_toml(path, name=_relative(path, folder))
        except SubmissionError as error:
            problems += error.problems
    return problems


def _ids_beside(folder: Path, exclude: Path) -> Iterable[tuple[Path, str]]:
    """Yield the id of each readable agreement that lies beside a submission."""
    for path in _beside(folder):
        if path.resolve() == exclude.resolve():
            continue
        try:
            toml = read_toml(path)
        except SubmissionError:
            continue  # perhaps a stranger's file: told only when an id is not found elsewhere
        found = toml.data.get("id")
        if isinstance(found, str):
            yield path, found


def _not_found(entry: str, folder: Path, source: TomlFile, index: int) -> Problem:
    where = source.where(("agreements", index))
    if entry.endswith(".toml"):
        beside = [_relative(p, folder) for p in sorted(folder.glob("**/*.toml"))]
        near = nearest(entry, (name for name in beside if name != source.name))
        return Problem(
            what=f"No agreement file matches '{entry}'",
            where=where,
            mend=f"{near} Paths are relative to the submission's folder".strip(),
            code="F4",
        )
    ids = [found for _, found in _ids_beside(folder, source.path)]
    seen = f"Ids found there: {', '.join(ids)}" if ids else "No readable agreement lies there"
    return Problem(
        what=f"No agreement with the id '{entry}' lies beside the submission or in agreements/",
        where=where,
        mend=f"{nearest(entry, ids)} {seen}".strip(),
        code="F4",
    )


def _is_an_agreement(source: TomlFile) -> Problem:
    return Problem(
        what="This file is an agreement, not a submission",
        where=source.where(("schema",)),
        mend="Give the submission.toml that names it",
        code="F4",
    )


def _relative(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.name
