"""Times that a recording puts beside what is said: captions, lyrics, transcripts with times in the text."""

from __future__ import annotations

import re

from hechang.intake.sheet import Sheet

MANY = 3  # times from which they are those of a recording; own assumption
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_CUE = re.compile(rf"(?m)^(?:[ \t]*\d{{1,5}}[ \t]*\r?\n)?[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$")
_HEAD = re.compile(r"(?m)\A\ufeff?WEBVTT[^\n]*$|^NOTE(?:[ \t][^\n]*)?$|^STYLE[ \t]*$")
_FRONT = re.compile(r"(?m)^[ \t\u3000]*[【\[(][^】\])\n]{0,12}\d{1,2}[′':：]\d{2}(?:[″\":：]\d{0,2})?[】\])][ \t]*")
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
    ['要加快', '建设。', '压实责任。']
    """
    if sheet.view.count(":") >= MANY:
        _recorded(sheet)
    sheet.out("line mark", sheet.spans(_FRONT))


def _recorded(sheet: Sheet) -> None:
    """Times that come so often that a recording made them."""
    cues, inside = sheet.spans(_CUE), sheet.spans(_INSIDE)
    spoken = max(len(cues), len(inside)) >= MANY
    if len(cues) >= MANY:
        sheet.out("time", [*cues, *sheet.spans(_HEAD)])
        sheet.out("time", sheet.spans(_VOICE))
    if len(inside) >= MANY:
        sheet.out("time", [*inside, *sheet.spans(_TAG)])
    layers = sheet.spans(_LAYERS) if "Dialogue:" in sheet.view else []
    sheet.out("time", layers)
    if spoken or layers:
        sheet.out("aside", sheet.spans(_ASIDE))
