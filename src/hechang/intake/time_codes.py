"""Times that a recording puts beside what is said: captions, lyrics, transcripts with times in the text."""

from __future__ import annotations

import re

from hechang.intake.sheet import Sheet, Span

MANY = 3  # times from which they are those of a recording; own assumption
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_CUE = re.compile(rf"(?m)^(?:[ \t]*\d{{1,5}}[ \t]*\r?\n)?[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$")
_HEAD = re.compile(r"(?m)\A\ufeff?WEBVTT[^\n]*$|^NOTE(?:[ \t][^\n]*)?$|^STYLE[ \t]*$")
_VOICE = re.compile(r"</?(?:v|c|i|b|u|lang)(?:\.[\w.]+)?(?:[ \t][^<>\n]{0,40})?>")
_INSIDE = re.compile(rf"[\[(【（<]{_TIME}[\])】）>][ \t]?")
_ASIDE = re.compile(r"[(（\[【](?:停顿|掌声|笑声|鼓掌|听不清|咳嗽|音乐|沉默|热烈鼓掌)[)）\]】]")
_LAYERS = re.compile(
    r"(?m)^\[(?:Events|Script Info|V4\+? Styles)\][ \t]*$|^(?:Format|Style|Title|ScriptType|PlayRes[XY]):[^\n]*$"
)
_TAG = re.compile(r"(?m)^\[(?:ti|ar|al|by|offset|re|ve):[^\]\n]*\][ \t]*$")


def take_times(sheet: Sheet) -> None:
    r"""Take the times of a recording out of a sheet, and the asides of who wrote it down.

    Examples
    --------
    >>> said = "1\n00:00:01.000 --> 00:00:03.400\n<v 甲>要加快</v>\n\n2\n00:00:05.000 --> 00:00:07.400\n建设。\n"
    >>> made = Sheet.of(said + "3\n00:00:08.000 --> 00:00:09.400\n[00:01]压实(停顿)责任。")
    >>> take_times(made)
    >>> made.shown(0, 200).split()
    ['要加快', '建设。', '[00:01]压实责任。']
    """
    if sheet.view.count(":") < MANY:
        return
    cues, inside = _spans(_CUE, sheet), _spans(_INSIDE, sheet)
    spoken = max(len(cues), len(inside)) >= MANY
    if len(cues) >= MANY:
        sheet.out("time", [*cues, *_spans(_HEAD, sheet)])
        sheet.out("time", _spans(_VOICE, sheet))
    if len(inside) >= MANY:
        sheet.out("time", [*inside, *_spans(_TAG, sheet)])
    layers = _spans(_LAYERS, sheet) if "Dialogue:" in sheet.view else []
    sheet.out("time", layers)
    if spoken or layers:
        sheet.out("aside", _spans(_ASIDE, sheet))


def _spans(pattern: re.Pattern[str], sheet: Sheet) -> list[Span]:
    return [found.span() for found in pattern.finditer(sheet.view)]
