"""`init`, `publish`, `serve`: starting a region, and what others see of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hechang.cli.place import Day, region_at
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError

if TYPE_CHECKING:
    from hechang.region.region import Region

STARTS = ("empty", "shanghai")
Port = Annotated[int, typer.Option(help=both("port", "端口"), min=0, max=65535)]
Host = Annotated[str, typer.Option(help=both("address of this machine", "本机地址"))]


def init(
    context: typer.Context,
    where: Annotated[
        str,
        typer.Argument(
            metavar="DIR_OR_URL",
            help=both("a new or empty folder, or an empty database", "新的或空的文件夹, 或空的数据库"),
        ),
    ],
    start: Annotated[str, typer.Option("--from", help=both("shanghai or empty", "shanghai 或 empty"))] = "empty",
    name: Annotated[str, typer.Option(help=both("name of the region", "区域名称"))] = "",
) -> None:
    """Start a new region."""
    from hechang.region.opening import place_of

    desk: Desk = context.obj
    if start not in STARTS:
        raise UsageError(f"--from {start}? It is shanghai or empty", f"--from {start}? 可用: shanghai 或 empty")
    with desk.work("Building the region", "正在建立区域"):
        region = _empty(where, name) if start == "empty" else _shanghai(where)
    shown = place_of(where)
    said = desk.word(f"{shown} is ready: {region.revision_name}", f"{shown} 已建立: {region.revision_name}")
    desk.answer({"region": shown, "revision": region.revision_name}, said)


def _empty(where: str, name: str) -> Region:
    from hechang.region.opening import create_region
    from hechang.region.settings import Settings

    return create_region(where, Settings(name=name) if name else None)


def _shanghai(where: str) -> Region:
    from hechang.region.example import example

    return example(where)


def publish(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=both("folder of the site", "网站文件夹"))],
    on: Day = "",
) -> None:
    """Write the static public site, in the region's languages or those of --lang."""
    from hechang.publish.site import publish as write_site

    desk: Desk = context.obj
    region = region_at(desk, on)
    languages = desk.languages if desk.chosen else region.settings.languages
    with desk.work("Writing the public site", "正在生成公开网站"):
        pages = write_site(region, folder, languages=languages)
    said = desk.word(f"{len(pages)} files → {folder}", f"{len(pages)} 个文件 → {folder}")
    desk.answer({"site": str(folder), "languages": list(languages), "files": [str(page) for page in pages]}, said)


def serve(context: typer.Context, port: Port = 8765, host: Host = "127.0.0.1") -> None:
    """Serve the pages and the API on this machine until Ctrl+C."""
    serve_region(context.obj, region_at(context.obj).store.where, port, host)


def serve_region(desk: Desk, where: str, port: int, host: str = "127.0.0.1") -> None:
    """Say the address and serve until Ctrl+C."""
    from hechang.web.doors import LOOPBACK
    from hechang.web.serving import check_host, check_port
    from hechang.web.serving import serve as run

    reached = check_host(host, where)
    check_port(host, port)
    if host not in LOOPBACK and not reached.https:
        desk.tell(
            "Passwords travel unencrypted: put a proxy with TLS in front and set HECHANG_HTTPS=1",
            "密码将以明文传输: 请在前端部署 TLS 代理, 并设置 HECHANG_HTTPS=1",
        )
    desk.tell(f"http://{host}:{port}/  (stop with Ctrl+C)", f"http://{host}:{port}/  (Ctrl+C 停止)")
    run(where, host, port)
