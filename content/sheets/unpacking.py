"""A workbook's parts, unpacked in small pieces and counted: what an archive says of its own size need not be true."""

import io
import zipfile

MOST_PARTS = 500  # a workbook of ten sheets has about thirty
_PIECE = 65_536
_READ = (".xml", ".rels")  # photos and printers' settings are nothing to read


class Mountain(ValueError):
    """More comes out of the archive than is taken."""


def unpacked(content: bytes, most: int) -> bytes:
    """The same archive, its parts lying in it as they are: at most ``most`` bytes.

    Raises Mountain, zipfile.BadZipFile for what a workbook is not packed as, and whatever else a broken archive fails
    with.
    """
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(into, "w") as plain:
        if len(archive.infolist()) > MOST_PARTS:
            raise Mountain(f"more than {MOST_PARTS} parts")
        for name, part in archive.NameToInfo.items():
            if not name.casefold().endswith(_READ):
                continue
            # Of other ways of packing the library unpacks a whole piece at once, however large it becomes.
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(f"{name} is packed in an unknown way")
            with archive.open(part) as source, plain.open(name, "w") as target:
                while piece := source.read(_PIECE):
                    most -= len(piece)
                    if most < 0:
                        raise Mountain(name)
                    target.write(piece)
    return into.getvalue()
