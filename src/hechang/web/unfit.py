"""What the framework finds wrong with a request, in our words: which part of it, what it must be, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError

from hechang.terms.errors import Refused
from hechang.terms.findings import Finding

MOST = 20  # faults that are told
PLACES = {
    "query": ("Parameter", "参数"), "path": ("Part of the address", "地址中的部分"), "header": ("Header", "请求头"),
    "body": ("Field", "字段"),
}  # fmt: skip
WANTED = {  # by what the framework calls the fault
    "missing": ("is missing", "缺少"),
    "extra_forbidden": ("is not known here", "不是此处可用的名称"),
    "int_parsing": ("must be a whole number", "必须是整数"),
    "int_type": ("must be a whole number", "必须是整数"),
    "int_from_float": ("must be a whole number", "必须是整数"),
    "int_parsing_size": ("is too large a number", "数字过大"),
    "float_parsing": ("must be a number", "必须是数字"),
    "float_type": ("must be a number", "必须是数字"),
    "finite_number": ("must be a number that is not infinite", "必须是有限的数字"),
    "bool_parsing": ("must be true or false", "必须是 true 或 false"),
    "bool_type": ("must be true or false", "必须是 true 或 false"),
    "string_type": ("must be text", "必须是文本"),
    "dict_type": ("must be an object", "必须是对象"),
    "model_attributes_type": ("must be an object", "必须是对象"),
    "list_type": ("must be a list", "必须是列表"),
    "greater_than_equal": ("must be at least {ge}", "不得小于 {ge}"),
    "greater_than": ("must be above {gt}", "必须大于 {gt}"),
    "less_than_equal": ("must be at most {le}", "不得大于 {le}"),
    "less_than": ("must be below {lt}", "必须小于 {lt}"),
    "string_too_long": ("may have {max_length} characters", "不得超过 {max_length} 个字符"),
    "string_too_short": ("must have at least {min_length} characters", "至少要有 {min_length} 个字符"),
    "too_long": ("may have {max_length} entries", "不得超过 {max_length} 项"),
    "literal_error": ("must be one of {expected}", "必须是 {expected} 之一"),
    "enum": ("must be one of {expected}", "必须是 {expected} 之一"),
    "json_invalid": ("cannot be read as JSON", "无法按 JSON 读取"),
}
OTHERWISE = ("does not fit", "不合要求")


def refused(error: RequestValidationError) -> Refused:
    """Return the refusal of a request, with a finding for each part of it that does not fit.

    Examples
    --------
    >>> told = {"type": "greater_than_equal", "loc": ("query", "limit"), "input": "0", "ctx": {"ge": 1}}
    >>> refused(RequestValidationError([told])).zh
    '请求有误: 参数 limit 不得小于 1'
    """
    found = [_finding(one) for one in error.errors()[:MOST]]
    en, zh = "; ".join(f.en for f in found), "; ".join(f.zh for f in found)
    return Refused(f"The request cannot be taken: {en[:600]}", f"请求有误: {zh[:600]}", found)


def _finding(told: Mapping[str, Any]) -> Finding:
    place, *names = told.get("loc") or ("body",)
    en_place, zh_place = PLACES.get(str(place), PLACES["body"])
    name = ".".join(str(part) for part in names if told.get("type") != "json_invalid")[:80]
    en, zh = WANTED.get(str(told.get("type")), OTHERWISE)
    about = told.get("ctx") or {}
    try:
        en, zh = en.format_map(about), zh.format_map(about)
    except KeyError:  # the framework names its bounds otherwise
        en, zh = OTHERWISE
    field = f" {name}" if name else ""
    return Finding(f"{en_place}{field} {en}", f"{zh_place}{field} {zh}", field=name, kind="request")
