"""Plain text in any of the usual Chinese encodings."""

from __future__ import annotations

from hechang.intake.decode import decode
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
    if looks_like_html(decoded.text):
        return None
    return Extract(decoded.text, decoded.encoding, blocks=typed_tables(decoded.text))
