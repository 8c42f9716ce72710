"""Run as a program, in a process that ends: content and template in, PDF out.

    python compile.py <folder> <name> <font folder>…

The folder holds `<name>.typ` and `<name>.json`; `<name>.pdf` is written beside them.
Whatever typst says goes to standard error. It imports nothing of the project.
"""

import sys
from pathlib import Path

import typst


def main(folder: str, name: str, *fonts: str) -> None:
    """Compile, or end with status 1 and typst's own words."""
    here = Path(folder)
    try:
        typst.compile(
            here / f"{name}.typ",
            output=here / f"{name}.pdf",
            root=here,
            font_paths=[Path(font) for font in fonts],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    except typst.TypstError as error:
        sys.exit(f"typst: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
