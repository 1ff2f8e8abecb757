"""`hechang feed`: timetables made of what is known less exactly, modelled or assumed, as GTFS to import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.speech import Desk, both
from hechang.terms.dates import is_date
from hechang.terms.errors import InputError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from hechang.atlas.feeds import MadeFeed

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Out = Annotated[Path, typer.Argument(metavar="OUT.zip", help=both("the feed to write", "写出的数据包"))]
Begins = Annotated[str, typer.Option("--from", help=both("first day of the feed", "起始日"))]
BEGINS = "2022-01-01"


def _of_file(where: str, csv: str) -> Any:
    return typer.Option(where, metavar="FILE", help=csv)


@app.command(help=both("Times modelled on stop sequences", "由停站序列推算时刻"))
def pattern(
    context: typer.Context,
    out: Out,
    sequences: Annotated[Path, _of_file("--sequences", "csv: train, class, seq, station")],
    stations: Annotated[Path, _of_file("--stations", "csv: station, lon, lat, county_code")],
    like: Annotated[Path, _of_file("--like", both("GTFS whose speeds are taken", "据以取速度的 GTFS"))],
    speeds: Annotated[
        str, typer.Option("--speeds", help=both("of other classes [km/h], K=80,Z=95", "其他类别速度 (km/h), K=80,Z=95"))
    ] = "",
    begins: Begins = BEGINS,
) -> None:
    """Write a feed whose stop sequences are real and whose times are modelled."""
    from hechang.atlas.pattern_feed import pattern_feed, speeds_of

    desk: Desk = context.obj
    _refuse_day(begins)
    with desk.work(f"Modelling {out.name}", f"正在推算 {out.name}"):
        known = speeds_of(_there(like))
        feed = pattern_feed(_csv(sequences), _csv(stations), known, given=_given(speeds), begins=begins)
    _write(desk, feed, out, ("modelled", "推算"))


@app.command(help=both("Lines at assumed headways", "按假设间隔运行的线路"))
def headways(
    context: typer.Context,
    out: Out,
    lines: Annotated[Path, _of_file("--lines", "geojson: line_id, name, colour, stop_ids")],
    stops: Annotated[Path, _of_file("--stops", "geojson: stop_id, name, county_code")],
    peak: Annotated[float, typer.Option("--peak", help=both("headway in the peaks [min]", "高峰间隔 (分钟)"))] = 5,
    offpeak: Annotated[float, typer.Option("--offpeak", help=both("otherwise [min]", "其余间隔 (分钟)"))] = 8,
    speed: Annotated[float, typer.Option("--speed", help=both("stops included [km/h]", "旅行速度 (km/h)"))] = 35,
    begins: Begins = BEGINS,
) -> None:
    """Write a feed of lines of which only the stations are known; headways and speed are assumptions."""
    from hechang.atlas.headway_feed import Headways, headway_feed

    desk: Desk = context.obj
    _refuse_day(begins)
    with desk.work(f"Writing {out.name}", f"正在写入 {out.name}"):
        feed = headway_feed(_features(lines), _features(stops), Headways(peak, offpeak, speed), begins=begins)
    _write(desk, feed, out, ("assumed", "假设"))


def _write(desk: Desk, feed: MadeFeed, out: Path, what: tuple[str, str]) -> None:
    from hechang.atlas.feeds import write_feed

    trips, calls, routes = (len(feed.files[f"{name}.txt"]) for name in ("trips", "stop_times", "routes"))
    if not trips:
        raise InputError("No trip can be made of these files", "这些文件不足以生成任何车次")
    write_feed(feed, out)
    document = {
        "out": str(out), "routes": routes, "trips": trips, "calls": calls, "times": what[0],
        "notes": [{"en": en, "zh": zh} for en, zh in feed.notes],
    }  # fmt: skip
    said = desk.word(
        f"{trips} trips of {routes} routes, all {what[0]} → {out}",
        f"{routes} 条线路 {trips} 个车次, 均为{what[1]} → {out}",
    )
    desk.answer(document, *(desk.word(en, zh) for en, zh in feed.notes), said)


def _refuse_day(text: str) -> None:
    if not is_date(text) or len(text) != len(BEGINS):
        raise UsageError(f"--from '{text}' is no day, e.g. {BEGINS}", f"--from“{text}”不是日期, 例: {BEGINS}")


def _given(text: str) -> dict[str, float]:
    try:
        found = {kind.strip(): float(kmh) for kind, kmh in (part.split("=") for part in text.split(",") if part)}
    except ValueError:
        found = {"": 0.0}
    if not all(0 < kmh < 1000 for kmh in found.values()):
        raise UsageError(f"--speeds '{text}' is not like K=80,Z=95 [km/h]", f"--speeds“{text}”应如 K=80,Z=95 (km/h)")
    return found


def _there(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"There is no file {path}", f"没有文件 {path}")
    return path


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_csv(_there(path), dtype="string", keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(
            f"{path.name} is no CSV in UTF-8: {error}", f"{path.name} 不是 UTF-8 的 CSV: {error}"
        ) from error


def _features(path: Path) -> pd.DataFrame:
    """Properties of the features of a GeoJSON, points with lon and lat."""
    import pandas as pd

    try:
        features = json.loads(_there(path).read_text(encoding="utf-8-sig"))["features"]
        return pd.DataFrame([one["properties"] | _at(one.get("geometry")) for one in features])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"{path.name} is no GeoJSON of features", f"{path.name} 不是要素集 GeoJSON") from error


def _at(geometry: dict[str, Any] | None) -> dict[str, Any]:
    if not geometry or geometry["type"] != "Point":
        return {}
    lon, lat = geometry["coordinates"][:2]
    return {"lon": lon, "lat": lat}
