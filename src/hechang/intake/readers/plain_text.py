"""Plain text in any of the usual Chinese encodings."""

from __future__ import annotations

from hechang.intake.decode import Decoded, decode
from hechang.intake.extract import Extract, File, looks_like_html
from hechang.intake.typed_tables import typed_tables
from hechang.terms.catalogue import reader


@reader("plain-text", zh="纯文本", en="Plain text", source="own")
def plain_text(file: File) -> Extract | None:
    """Read a text file; None for a web page.

    Parameters
    ----------
    file
        Bytes and name of a file; its content decides.

    Raises
    ------
    FileFault
        for an empty, binary, too large or broken file.

    Examples
    --------
    >>> plain_text(File("要加快建设。".encode("gb18030"), "a.txt")).text
    '要加快建设。'
    """
    decoded = decode(file.data)
    return None if looks_like_html(decoded.text) else of_text(decoded)


def of_text(decoded: Decoded) -> Extract:
    """Return a decoded text with the lists that are typed in it; a row that is not whole is a finding.

    Examples
    --------
    >>> of_text(Decoded("要加快建设。", "utf-8")).blocks
    ()
    """
    rows = typed_tables(decoded.text)
    return Extract(decoded.text, decoded.encoding, blocks=rows.blocks, findings=rows.findings)
