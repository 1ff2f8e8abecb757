"""Files read by both readers: first by the rules, as ever; then each beside what the second reader can prove."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hechang.intake.document import Document
from hechang.intake.read import read_file, together
from hechang.intake.second.reader import SecondReader
from hechang.terms.findings import Finding


def read_twice(paths: Sequence[Path | str], reader: SecondReader) -> tuple[dict[str, Any], list[Finding]]:
    """Read documents with both readers; nothing is kept.

    Parameters
    ----------
    paths
        Files; `NAME.meta.json` beside a file says what is known of it.
    reader
        The second reader; what it is not given, or cannot answer, is a finding and changes nothing of the rest.

    Returns
    -------
    dict, list of Finding
        The JSON of `hechang read` with one key more for each document, `second`; and what was wrong.

    Examples
    --------
    >>> from hechang.region.llm_settings import LlmSettings
    >>> nobody = SecondReader(LlmSettings("http://127.0.0.1:9/v1", "m", ("127.0.0.1",)))
    >>> read_twice(["no-such-file.txt"], nobody)[1][0].en
    'There is no such file'
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in dict.fromkeys(str(path) for path in paths):
        made, _, met = read_file(Path(path), path)
        findings += met
        documents += [made] if made else []
    result = together(documents)
    for made, told in zip(documents, result["documents"], strict=True):
        second = reader.read(made, told)
        told["second"] = second.told
        findings += second.findings
    return result, findings
