"""The static public site: the served pages as files, from public rows only, with the open data package beside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from hechang.publish.files import json_bytes
from hechang.publish.links import Address, Published, site_path
from hechang.publish.package import package
from hechang.publish.pages import render
from hechang.publish.public_copy import room_for_copy
from hechang.publish.registry import Wanted, built, public_files, view_of, write
from hechang.publish.results import Results, for_public
from hechang.publish.views.frame import frame
from hechang.publish.views.measured import BESIDE, chosen_card, measured
from hechang.publish.views.shapes import layer, measure_layer
from hechang.region.region import Region
from hechang.store.blobs import write_synced
from hechang.store.room import writing
from hechang.terms.errors import InputError
from hechang.terms.words import LANGUAGES

CONTENTS = "hechang-site.json"  # names what we wrote, so that only that is replaced, and whether it is complete
NEXT = ".next"  # folder of a publication that is being written
ASSETS = (("publish", "assets"), ("web", "static", "assets"))


def publish(region: Region, folder: Path, *, languages: Sequence[str] = LANGUAGES) -> list[Path]:
    """Write the site and the data package into `folder` and return the files written.

    Parameters
    ----------
    region
        The site is made from its public copy (`public_copy`), whoever opened it: what is not in there can reach no
        file.
    folder
        A new or empty folder, or one this function wrote before.
    languages
        `zh`, `en` or both, the first one first.

    Raises
    ------
    InputError
        when the folder holds something else.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> made = publish(tiny(), Path(tempfile.mkdtemp()), languages=["zh"])
    >>> Path("zh/index.html") in made, Path("datapackage.json") in made
    (True, True)
    """
    check_folder(folder)
    with room_for_copy(region) as copy:
        found = whole_site(copy, languages)
    with writing(folder):
        return _replace(folder, found, _of(region, languages))


def published(region: Region, folder: Path, languages: Sequence[str] = LANGUAGES) -> list[str]:
    """Return the files of a site in `folder` if `publish` would only write them anew; empty otherwise.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> region, folder = tiny(), Path(tempfile.mkdtemp())
    >>> published(region, folder), len(publish(region, folder)) == len(published(region, folder))
    ([], True)
    """
    said = _said(folder)
    whole = said.get("complete") and said.get("of") == _of(region, languages)
    names = [*_written_before(folder), CONTENTS] if whole else []
    return names if all((folder / name).is_file() for name in names) else []


def _of(region: Region, languages: Sequence[str]) -> str:
    """What a site is made of: the same gives the same bytes."""
    return f"{region.store.id} {region.revision_name} {region.day} {version('hechang')} {built()} {' '.join(languages)}"


def whole_site(copy: Region, languages: Sequence[str]) -> dict[str, bytes]:
    """Return every file of the site by path, made from a public copy alone."""
    results = Results(for_public(copy), whole=True)
    found = {**pages(results, languages), **map_data(results, languages), **package(results), **assets()}
    found["index.html"] = render("choose", _choice(results, languages), languages[0], _top(languages[0])).encode()
    return found


def pages(results: Results, languages: Sequence[str]) -> dict[str, bytes]:
    """Return every page that can be reached from the first one, in every language, by path."""
    found: dict[str, bytes] = {}
    kept: dict[tuple[str, int, str], str] = {}
    wanted = {Address("today"): None}
    done = 0
    while fresh := list(wanted)[done:]:
        done += len(fresh)
        for address in fresh:
            if f"{languages[0]}/{site_path(address)}" in found:  # another address of the same page
                continue
            query = {"page": str(address.number)} if address.number > 1 else {}
            view = view_of(Wanted(address.page, address.ids, query), results)
            for lang in languages:
                links = Published(lang, address, wanted, kept)
                written = write(Wanted(address.page, address.ids, query, lang), view, links)
                found[f"{lang}/{site_path(address)}"] = written.encode()
    return found


def map_data(results: Results, languages: Sequence[str]) -> dict[str, bytes]:
    """Return the layers of the live map by path."""
    shown = measured(results, chosen_card({}), {})
    found = {f"data/map/{name}.geojson": json_bytes(layer(results, name)) for name in BESIDE}
    for lang in languages:
        shapes = measure_layer(results, shown, lang, Published(lang, Address("map")))
        found[f"data/map/{shown['card'].id}-{lang}.geojson"] = json_bytes(shapes)
    return found


def assets() -> dict[str, bytes]:
    """Return our own sheets and icon, and of the built front end what the public pages need."""
    ours, built = (Path(str(files("hechang").joinpath(*folder))) for folder in ASSETS)
    found = [*sorted(ours.glob("*.*")), *(built / name for name in public_files())]
    return {f"assets/{path.name}": path.read_bytes() for path in found}


def _choice(results: Results, languages: Sequence[str]) -> dict[str, Any]:
    return {"page": frame(results), "made_up": False, "built": built(), "languages": list(languages)}


def _top(lang: str) -> Published:
    return Published(lang, Address("today"))


def check_folder(folder: Path) -> None:
    """Raise InputError where something else than a site of ours would be overwritten."""
    if folder.exists() and not (folder.is_dir() and ((folder / CONTENTS).is_file() or _empty(folder))):
        raise InputError(
            f"{folder} holds something else than a published site. Choose a new or empty folder",
            f"{folder} 中已有其他内容。请选择新的或空的文件夹",
        )


def _empty(folder: Path) -> bool:
    """Whether nothing lies there but what a publication that was killed at its very beginning left."""
    return all(path.name.startswith(f"{CONTENTS}.") for path in folder.iterdir())


def _replace(folder: Path, found: dict[str, bytes], of: str) -> list[Path]:
    """Put a publication in the place of the last one; a killed one is told by its contents and mended by the next.

    All of it is written beside first: until then the last one stays whole. While files are changed for each other, the
    contents say that the site is not complete.
    """
    old = _written_before(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not old:  # from here on the folder is known as ours
        _contents(folder, old, complete=False)
    _beside(folder / NEXT, found)
    _contents(folder, [*old, *found], complete=False)
    _swap(folder, found)
    for name in set(old) - set(found):
        (folder / name).unlink(missing_ok=True)
    _contents(folder, found, complete=True, of=of)
    shutil.rmtree(folder / NEXT)
    for half in folder.glob(f"{CONTENTS}.*"):  # of programs that were killed
        half.unlink(missing_ok=True)
    return [Path(name) for name in (*found, CONTENTS)]


def _beside(folder: Path, found: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # what a killed publication left
    for inside in {name.rpartition("/")[0] for name in found}:
        (folder / inside).mkdir(parents=True, exist_ok=True)
    for name, data in found.items():
        (folder / name).write_bytes(data)


def _swap(folder: Path, found: Iterable[str]) -> None:
    for name in found:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / NEXT / name).replace(folder / name)


def _contents(folder: Path, files: Iterable[str], *, complete: bool, of: str = "") -> None:
    said = {"complete": complete, "of": of, "files": sorted(set(files))}
    write_synced(folder / CONTENTS, json.dumps(said, indent=1).encode())


def _written_before(folder: Path) -> list[str]:
    """Files the last publication wrote; a path that would leave the folder is nobody's."""
    inside = folder.resolve()
    return [str(name) for name in _said(folder)["files"] if (folder / str(name)).resolve().is_relative_to(inside)]


def _said(folder: Path) -> dict[str, Any]:
    """What the last publication said of itself; raises InputError where that cannot be read."""
    contents = folder / CONTENTS
    if not contents.is_file():
        return {"files": []}
    try:
        said = json.loads(contents.read_text(encoding="utf-8"))
        return {**said, "files": list(said["files"])}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{contents} cannot be read. Delete the folder or choose another one",
            f"{contents} 无法读取。请删除该文件夹或另选一个",
        ) from error
