"""A small region like the demonstration: nine cities with their outlines, a few projects each, three reports read and
one to be read, one workbook in and one that waits, an open round of nine offices, lights, letters, hostile names.
Built in some 15 seconds.
"""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from unittest.mock import patch

from hechang.cli.offices import BODIES, acts, fill
from hechang.intake.proposals import propose
from hechang.intake.rounds.opening import NewRound, open_round
from hechang.intake.rounds.taking import take
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.intake.uploads import Purpose, receive
from hechang.intake.verdicts import review
from hechang.region import example
from hechang.region.region import Region
from hechang.register.baselines import take_baseline
from hechang.register.editions import keep
from hechang.register.linkage import propose_links
from hechang.register.slips.desk import issue
from hechang.register.yearly_lists import programmes_from_lists

HOME = example.HOME
SENT = HOME / "returns" / "wuxi-projects.xlsx"  # as the office sent it, full of faults; waits for a decision
EACH = 12  # projects of a city
NUMBERED = re.compile(r"[a-z]{2}-(\d{3})\b")  # hs-001, wx-001-signed, not sh-2021-01
WHO = {"by": "tester", "why": "a region for the browser"}
ROUND = "2022年8月填报"
THREE = ("signed-not-filed", "filed-not-started", "behind-schedule")
EDITION = "2022-08-25"  # the day of the lists kept before, so that today's have something new and something that left
PERIOD, DUE = "2022-08", "2022-10-10"
FORMS = "forms"
HOSTILE = "<img src=x onerror=alert(1)>"
BIDI = "\u202eevil\u2066"
LONG = "长" * 200
SENT_IN = ("office-320200", "office-320500", "office-320600")  # what they send brings a new name and a conflict
SENT_BACK, MENDED = "office-330400", "office-310000"


def desk_region(folder: Path) -> Region:
    """Build the region in a new folder; the forms of its round lie in its folder `forms`."""
    cut = folder.with_name("cut")
    _cut(cut)
    with patch.object(example, "HOME", cut):
        region = example.example(folder)
        *read, unread = example.reports()[:4]
        region = propose(region, read, **WHO).region
        region = review(region, "confidence>=0.7", accept=True, **WHO).region
        region = propose(region, [unread], **WHO).region
    shutil.rmtree(cut)
    region = commit(region, preview(region, "projects", SENT.with_name("wuxi-projects-mended.xlsx")), **WHO)
    region = propose_links(programmes_from_lists(region, **WHO), **WHO)
    region = take_baseline(region.on("2022-06-30"), "2022-06", **WHO).on(region.day)
    region = keep(region.on(EDITION), THREE, **WHO).on(region.day)
    region = _round(_letters(_hostile(region)))
    with SENT.open("rb") as file:
        receive(region, file, SENT.name, Purpose(table="projects"))
    return region


def _cut(to: Path) -> None:
    """Copy the files of the demonstration with fewer projects."""
    shutil.copytree(HOME, to)
    for path in sorted((to / "tables").glob("[56]*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            first, *rows = list(csv.reader(file))
        if path.name[:2] != "65":  # tasks name projects in lists; all of them are among the first
            rows = [row for row in rows if _kept(row[0]) and _kept(row[1])]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([first, *rows])


def _kept(id: str) -> bool:
    number = NUMBERED.match(id)
    return number is None or int(number[1]) <= EACH


def _hostile(region: Region) -> Region:
    names = {"nt-001": f"甲路{HOSTILE}", "nt-002": f"=HYPERLINK(1){BIDI}", "nt-003": LONG}
    with region.edit(by=f"某{HOSTILE}", why=f"names that try to do harm {HOSTILE}") as e:
        e.put("projects", [{"id": id, "name": name, "note": HOSTILE} for id, name in names.items()])
    return e.after


def _letters(region: Region) -> Region:
    red = region.listing("lights", colour="red")
    worst = red[red["table"] == "projects"].sort_values("days", ascending=False, kind="stable")
    return issue(region, only=[str(id) for id in worst.index[:4]], least="red", **WHO)


def _round(region: Region) -> Region:
    new = NewRound(ROUND, PERIOD, DUE, BODIES)
    opened = open_round(region, new, region.folder / FORMS, **WHO)
    region = opened.region
    for body in SENT_IN:
        region = take(region, opened.id, fill(opened.files[body], PERIOD, acts(PERIOD, body)[-1]), **WHO).region
    for body in (SENT_BACK, MENDED):
        for act in acts(PERIOD, body):
            fill(opened.files[body], PERIOD, act)  # lies ready to be sent in
    return region
