"""What of an annotated document was found: counts (right, found, wanted) for each metric of READING section 10.

A share (label, speaker, evidence) is counted as (right, all, all), so that one formula serves every metric and
documents can be drawn again for an interval.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.gold import ASIDE, Gold, amount, bodies, span_of, text_of
from hechang.intake import normalise

Counts = tuple[int, int, int]
LISTS = ("events", "persons", "directives", "projects", "agreements", "figures", "references")
MARKER = re.compile(r"\s*(?:[(（][一二三四五六七八九十]+[)）]|\d+[.．、]|[一二三四五六七八九十]+[、是]|—+)?\s*")
MERGED = {"goal": "result", "outcome": "result"}
QUOTES = re.compile(r"[“”\"《》「」\s]")


def counts(one: Gold, told: dict[str, Any]) -> dict[str, Counts]:
    """Counts of every metric for one document; told is its part of the reader's JSON."""
    return {**_directives(one, told), **_slots(one, told), **_facts(one, told), "evidence": _evidence(one, told)}


def f1(found: Iterable[Any], wanted: Iterable[Any]) -> float:
    """F1 of two sets."""
    return ratio(overlap(found, wanted))


def overlap(found: Iterable[Any], wanted: Iterable[Any]) -> Counts:
    """How many are in both, in the first, in the second."""
    a, b = set(found), set(wanted)
    return len(a & b), len(a), len(b)


def ratio(made: Counts) -> float:
    """F1 of counts; 1 where nothing was wanted and nothing found."""
    right, found, wanted = made
    return 2 * right / (found + wanted) if found + wanted else 1.0


def core(raw: str, span: Iterable[int]) -> tuple[int, int]:
    """A clause without the mark of its list: whether （一） belongs to a clause is taste, not reading.

    >>> core("（一）修路。", (0, 6)), core("修路", (0, 2))
    ((3, 5), (0, 2))
    """
    start, end = span
    found = MARKER.match(raw, start, end)
    start = found.end() if found and found.end() < end else start
    return start, start + len(raw[start:end].rstrip(" \t\r\n。,;:，；：!！?？"))


def merged(label: str) -> str:
    """Label with goal and outcome as one: the guideline scores them together."""
    return MERGED.get(label, label)


# --- directives -------------------------------------------------------------------------------------------------------
def found_directives(one: Gold, told: dict[str, Any]) -> dict[tuple[int, int], dict[str, Any]]:
    """Directives of the reader by the core of their span, in the annotated parts."""
    return {core(one.raw, d["span"]): d for d in told["directives"] if one.inside(core(one.raw, d["span"]))}


def gold_directives(one: Gold) -> dict[tuple[int, int], dict[str, Any]]:
    """Annotated directives by the core of their span."""
    return {core(one.raw, span_of(d)): d for d in one.note["directives"]}


def _directives(one: Gold, told: dict[str, Any]) -> dict[str, Counts]:
    ours, theirs = found_directives(one, told), gold_directives(one)
    both = [(ours[span], theirs[span]) for span in ours if span in theirs]
    actions = (
        [s for s, d in ours.items() if d["kind"] == "action"],
        [s for s, d in theirs.items() if d["label"] == "action"],
    )
    return {
        "span F1": overlap(ours, theirs),
        "action F1": overlap(*actions),
        "label accuracy": _share(merged(a["kind"]) == merged(b["label"]) for a, b in both),
        "label accuracy (six)": _share(a["kind"] == b["label"] for a, b in both),
        "modality accuracy": _share(a["modality"] == b["modality"] for a, b in both if b.get("modality")),
        "speaker accuracy": _share(b["speaker"].startswith(a["speaker"] or "-") for a, b in both if b["speaker"]),
    }


def _share(right: Iterable[bool]) -> Counts:
    every = list(right)
    return sum(every), len(every), len(every)


def _slots(one: Gold, told: dict[str, Any]) -> dict[str, Counts]:
    ours, theirs = found_directives(one, told), gold_directives(one)
    return {
        "addressee F1": _alike(pairs(ours, "addressee"), pairs(theirs, "addressee"), _same_pair),
        "addressee and lead F1": _alike(
            pairs(ours, "addressee", "lead"), pairs(theirs, "addressee", "lead"), _same_pair
        ),
        "co-body F1": _alike(pairs(ours, "co_bodies"), pairs(theirs, "co_bodies"), _same_pair),
        "deadline F1": overlap(deadlines(ours), deadlines(theirs)),
    }


def pairs(by_span: dict[Any, dict[str, Any]], *fields: str) -> list[tuple[Any, frozenset[str]]]:
    """Pairs (clause, body): a body is the set of its forms, as written and normalised (南通, 南通市)."""
    every = ((span, forms) for span, d in by_span.items() for field in fields for forms in _forms(d, field))
    return list(dict.fromkeys(every))


def _forms(directive: dict[str, Any], field: str) -> list[frozenset[str]]:
    written = bodies(directive.get(field))
    told = directive.get(f"{field}_bodies") or []
    named = {one["text"]: one["body"] for one in directive.get("bodies") or []} | dict(zip(written, told, strict=False))
    return [frozenset({normalise(text), normalise(named.get(text) or text)}) for text in written]


def _same_pair(a: tuple[Any, frozenset[str]], b: tuple[Any, frozenset[str]]) -> bool:
    return a[0] == b[0] and bool(a[1] & b[1])


def deadlines(by_span: dict[Any, dict[str, Any]]) -> set[tuple[Any, str]]:
    """Pairs (clause, last day); where no date can be said, the words."""
    return {(span, last_day(d["deadline"])) for span, d in by_span.items() if d.get("deadline")}


def last_day(deadline: dict[str, Any]) -> str:
    """The day a deadline ends on: June, the end of June and 30 June are one; the words where there is no date.

    >>> last_day({"value": "2025-06"}), last_day({"value": "2024"}), last_day({"value": None, "text": "每季度末"})
    ('2025-06-30', '2024-12-31', '每季度末')
    """
    value = str(deadline.get("value") or "")
    if re.fullmatch(r"\d{4}", value):
        return f"{value}-12-31"
    if re.fullmatch(r"\d{4}-\d\d", value):
        return f"{value}-{monthrange(int(value[:4]), int(value[5:]))[1]}"
    return value or normalise(str(deadline.get("text")))


# --- people, events, projects and the like ----------------------------------------------------------------------------
def _facts(one: Gold, told: dict[str, Any]) -> dict[str, Counts]:
    people, wanted = persons(one, told)
    events = [(e["name"], day(e["date"])) for e in told["events"] if _in(one, e)]
    dated = [(normalise(e["name"]), day(e["date"])) for e in one.note["events"]]
    return {
        "person name F1": overlap((n for n, _ in people), (n for n, _ in wanted)),
        "person name and title F1": overlap(people, wanted),
        "event F1 (name)": overlap((n for n, _ in events), (n for n, _ in dated)),
        "event F1 (name and day)": overlap(events, dated),
        "projects F1": overlap(*titles(one, told, "projects")),
        "projects F1 (one name in the other)": _alike(*titles(one, told, "projects"), _contains),
        "figures F1 (value and unit)": _alike(*figures(one, told), _same_amount),
        "figures F1 (value, unit, what)": _alike(*figures(one, told), _same_figure),
        "agreements F1": overlap(*titles(one, told, "agreements")),
        "references F1": overlap(*titles(one, told, "references")),
    }


def _in(one: Gold, item: dict[str, Any]) -> bool:
    return one.inside(item["span"])


def persons(one: Gold, told: dict[str, Any]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(name, title) found and wanted; who is only cited and who signed the piece stay out on both sides."""
    aside = {_name(one, p) for p in one.note["persons"] if set(p.get("roles") or []) and set(p["roles"]) <= ASIDE}
    ours = [p for p in told["persons"] if not (p["roles"] and set(p["roles"]) <= ASIDE) and _in(one, p)]
    wanted = {(_name(one, p), normalise(p.get("title") or "")) for p in one.note["persons"]}
    return (
        {(p["name"], p["title"] or "") for p in ours if p["name"] not in aside},
        {pair for pair in wanted if pair[0] not in aside},
    )


def _name(one: Gold, person: dict[str, Any]) -> str:
    start, end = person.get("name_span") or span_of(person)
    return normalise(str(person.get("name") or one.raw[start:end]))


def day(date: Any) -> str:
    """Day, month or year of an event as text, '' where none is said."""
    value = date.get("value") if isinstance(date, dict) else date
    return str(value or "")[:10].strip()


def titles(one: Gold, told: dict[str, Any], field: str) -> tuple[set[str], set[str]]:
    """Names of projects, agreements or referenced documents: found and wanted, quotation marks aside."""
    noted = one.note.get(field) or (one.note.get("documents") if field == "references" else None) or []
    word = "title" if field == "references" else "name"
    ours = {QUOTES.sub("", normalise(item[word])) for item in told[field] if _in(one, item)}
    return ours, {QUOTES.sub("", normalise(text_of(one, item))) for item in noted}


def figures(one: Gold, told: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Figures found and wanted as (span, value, unit, what)."""
    ours = [
        (tuple(f["span"]), *amount(f["value"], f["unit"]), f.get("what") or "") for f in told["figures"] if _in(one, f)
    ]
    noted = [(span_of(f), *amount(f["value"], f.get("unit")), f.get("what") or "") for f in one.note["figures"]]
    return ours, noted


def _same_amount(a: Any, b: Any) -> bool:
    (a_start, a_end), (b_start, b_end) = a[0], b[0]
    return bool(a[1:3] == b[1:3] and a_start < b_end and b_start < a_end)


def _same_figure(a: Any, b: Any) -> bool:
    return _same_amount(a, b) and _contains(QUOTES.sub("", a[3]), QUOTES.sub("", b[3]))


def _contains(a: str, b: str) -> bool:
    return bool(a and b) and (a in b or b in a)


def _alike(ours: Iterable[Any], theirs: Iterable[Any], same: Callable[[Any, Any], bool]) -> Counts:
    """Pairs that are alike, each item used once."""
    found, left = list(ours), list(theirs)
    wanted, right = len(left), 0
    for item in found:
        at = next((n for n, other in enumerate(left) if same(item, other)), None)
        if at is not None:
            right, left = right + 1, left[:at] + left[at + 1 :]
    return right, len(found), wanted


# --- evidence ---------------------------------------------------------------------------------------------------------
def evidence_faults(told: dict[str, Any], raw: str) -> list[tuple[list[int], str]]:
    """Values whose text is not what stands at their span, noise taken out and normalised.

    Of a text that was taken out of a format (a saved page) the spans count in what the reader tells as `raw`.
    """
    raw = told.get("raw") or raw
    return [(span, text) for span, text in evidence(told) if shown(told, raw, span) != text]


def evidence(told: dict[str, Any]) -> list[tuple[list[int], str]]:
    """Span and text of every value: of the items, of names, of deadlines."""
    every = [(one["span"], one["text"]) for name in LISTS for one in told[name]]
    every += [(one["name_span"], one["name"]) for one in told["persons"]]
    dated = [one["deadline"] for one in told["directives"] if one["deadline"] and "span" in one["deadline"]]
    return every + [(one["span"], one["text"]) for one in dated]


def shown(told: dict[str, Any], raw: str, span: list[int]) -> str:
    """What stands at a span: the source without the noise inside it, normalised."""
    start, end = span
    at, kept = start, []
    for noise in sorted(n["span"] for n in told["noise"] if n["span"][0] >= start and n["span"][1] <= end):
        kept.append(raw[at : noise[0]] if noise[0] > at else "")
        at = max(at, noise[1])
    return normalise("".join(kept) + raw[at:end])


def _evidence(one: Gold, told: dict[str, Any]) -> Counts:
    whole = len(evidence(told))
    return whole - len(evidence_faults(told, one.raw)), whole, whole
