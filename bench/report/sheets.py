"""A plain table of values, and the formats that any of them can be written in."""

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec


class Sheet(NamedTuple):
    """Named columns and rows of values.

    ``schema`` names what the rows are, for those who read the JSON.
    """

    schema: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def to_markdown(sheet: Sheet) -> str:
    """A GitHub-flavoured table; numbers are flush right."""
    numeric = [
        bool(sheet.rows) and all(isinstance(row[i], int | float) for row in sheet.rows)
        for i in range(len(sheet.columns))
    ]
    lines = [
        _line(sheet.columns),
        _line(["---:" if right else "---" for right in numeric]),
        *(_line(row) for row in sheet.rows),
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[Any]) -> str:
    lines = ("" if cell is None else " ".join(str(cell).splitlines()) for cell in cells)
    escaped = (line.replace("|", "\\|") for line in lines)
    return f"| {' | '.join(escaped)} |"


def to_csv(sheet: Sheet) -> str:
    """A head and a line a row; None is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows(sheet.rows)
    return out.getvalue()


def to_json(sheet: Sheet) -> str:
    """One object with the schema's name and a list of rows; keys sorted."""
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    return dumps({"schema": sheet.schema, "rows": rows})


def dumps(value: Any) -> str:
    """JSON on one line, keys sorted, floats unrounded."""
    return msgspec.json.encode(value, order="sorted").decode() + "\n"


def to_latex(sheet: Sheet) -> str:
    """A tabular in the style of the package booktabs; columns of figures are flush right."""
    columns = range(len(sheet.columns))
    right = [bool(sheet.rows) and all(_is_figure(row[i]) for row in sheet.rows) for i in columns]
    lines = [
        f"\\begin{{tabular}}{{{''.join('r' if one else 'l' for one in right)}}}",
        "\\toprule",
        _row(sheet.columns),
        "\\midrule",
        *map(_row, sheet.rows),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _is_figure(cell: Any) -> bool:
    text = "" if cell is None else str(cell)
    return not text.strip("–") or text[0].isdigit() or (text[0] in "+-" and text[1:2].isdigit())


def _row(cells: Sequence[Any]) -> str:
    return " & ".join("" if cell is None else _escaped(str(cell)) for cell in cells) + r" \\"


def _escaped(text: str) -> str:
    indented = text.lstrip(" ")
    made = "".join(_LATEX.get(character, character) for character in indented)
    return (r"\quad " if indented != text else "") + made


_LATEX = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "[": "{[}",
    "]": "{]}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "–": "--",
    "→": r"$\rightarrow$",
    "≥": r"$\geq$",
    "·": r"$\cdot$",
    "\n": " ",
}

FORMATS = {"md": to_markdown, "csv": to_csv, "json": to_json, "latex": to_latex}
