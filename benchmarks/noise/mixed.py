"""Noise as it comes in life: several kinds at once, as one source puts them into one text."""

from . import accounts, feeds, letters, lines, marks, office, pages, papers, readings
from .kind import Kind, then

PAGE, LINE, MARK, PAPER = pages.KINDS, lines.KINDS, marks.KINDS, papers.KINDS
OFFICE, LETTER, ACCOUNT, FEED, READING = office.KINDS, letters.KINDS, accounts.KINDS, feeds.KINDS, readings.KINDS

KINDS: dict[str, Kind] = {
    "mixed: page of an office, copied whole": then(
        PAGE["page: picture captions between"],
        PAGE["page: size and print bar under the title"],
        PAGE["page: menu before and footer after"],
    ),
    "mixed: page of a newspaper, copied whole": then(
        PAGE["page: adverts between paragraphs"],
        PAGE["page: comments of readers"],
        PAGE["page: hot list before and after"],
        PAGE["page: breadcrumb and share bar"],
    ),
    "mixed: source of a page": then(
        MARK["marks: spaces that do not break"],
        PAGE["page: tags of the editor"],
        PAGE["page: style sheet left over"],
        PAGE["page: script left over"],
    ),
    "mixed: scan of a print": then(
        MARK["marks: space between some characters"],
        PAPER["paper: specks"],
        PAPER["paper: head and foot on every short sheet"],
    ),
    "mixed: scan, radicals and margin": then(
        MARK["marks: radicals for characters"],
        LINE["lines: number in the margin"],
    ),
    "mixed: print with watermark and page marks": then(
        PAPER["paper: page of pages with head"],
        MARK["marks: spaces around figures"],
    ),
    "mixed: mail of a wrapped copy": then(
        LINE["lines: screen of 76 cells"],
        LETTER["letter: quoted with an angle"],
        LETTER["letter: forwarded with heads"],
        LETTER["letter: signature and disclaimer"],
    ),
    "mixed: account with faces and pictures": then(
        ACCOUNT["account: pictures and players"],
        ACCOUNT["account: faces at both ends"],
        ACCOUNT["account: dividers"],
        ACCOUNT["account: calls to follow"],
    ),
    "mixed: account, short lines and zero-width signs": then(
        MARK["marks: zero-width spaces"],
        ACCOUNT["account: short lines"],
    ),
    "mixed: office file with notes and bullets": then(
        OFFICE["office: footnote numbers and notes"],
        OFFICE["office: comments behind paragraphs"],
        OFFICE["office: properties before"],
    ),
    "mixed: feed with entities and guard": then(
        PAGE["page: named entities"],
        FEED["feed: copy guard behind paragraphs"],
        FEED["feed: labels and notice of copies"],
    ),
    "mixed: converted page with readings": then(
        READING["reading: traditional, Taiwan"],
        READING["reading: chosen characters, tones"],
        PAGE["page: pages and neighbours at the end"],
    ),
    "mixed: readings in a narrow column": then(
        READING["reading: no tones"],
        LINE["lines: column of 35"],
    ),
    "mixed: half-width copy on one line": then(
        MARK["marks: punctuation half width"],
        PAGE["page: menu glued to the body"],
        PAGE["page: everything on one line"],
    ),
}
