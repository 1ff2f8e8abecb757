"""The file `hechang new` writes: a card with the headings of its docstring."""

from __future__ import annotations

from hechang.terms.errors import UsageError, not_known

SIGNATURES = {
    "measure": ("region: Region, *, limit: Minutes = 60", "pd.DataFrame"),
    "list": ("region: Region, *, grace: Days = 90", "pd.DataFrame"),
    "decision": ("region: Region, *, budget: Percent = 100", "Any"),
    "reader": ("data: bytes, name: str", "str | None"),
    "export": ("region: Region, path: Path", "None"),
}
REGION = "from hechang.region.region import Region\n{decorator}"
IMPORTS = {
    "measure": f"import pandas as pd\n\n{REGION}\nfrom hechang.terms.units import Minutes",
    "list": f"import pandas as pd\n\n{REGION}\nfrom hechang.terms.units import Days",
    "decision": f"from typing import Any\n\n{REGION}\nfrom hechang.terms.units import Percent",
    "reader": "{decorator}",
    "export": f"from pathlib import Path\n\n{REGION}",
}
BODY = '''"""TODO: one line that says what this {kind} is."""

from __future__ import annotations

{imports}


@{decorator}(
    "{id}",
    zh="TODO",
    en="TODO",{unit}
    source="TODO: document and sentence, or author, year and journal of the method",
)
def {name}({signature}) -> {returns}:
    """TODO: one sentence with the unit.

    Parameters
    ----------
    TODO: what each option means [unit], which edge counts, and whether the default is a source's or our assumption.

    Returns
    -------
    TODO: columns with units; what stands where there is no data.

    Examples
    --------
    >>> from hechang import tiny
    >>> {name}(tiny())  # TODO: a result one can check by hand
    """
    raise NotImplementedError
'''


def skeleton(kind: str, id: str) -> str:
    """Write the file of a new card.

    Raises
    ------
    UsageError
        for a kind of card that has no skeleton.

    Examples
    --------
    >>> "def bus_reach(region: Region" in skeleton("measure", "bus-reach")
    True
    """
    if kind not in SIGNATURES:
        wrong = not_known("kind of card", "卡片种类", kind, SIGNATURES)
        raise UsageError(f"{wrong.en} Kinds: {', '.join(SIGNATURES)}", f"{wrong.zh}可用: {', '.join(SIGNATURES)}")
    decorator = "listing" if kind == "list" else kind
    signature, returns = SIGNATURES[kind]
    return BODY.format(
        id=id,
        kind=kind,
        name=id.replace("-", "_"),
        decorator=decorator,
        imports=IMPORTS[kind].format(decorator=f"from hechang.terms.catalogue import {decorator}"),
        unit='\n    unit="TODO",' if kind == "measure" else "",
        signature=signature,
        returns=returns,
    )
