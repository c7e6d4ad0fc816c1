"""Small files of every kind that the search reads, made here."""

from __future__ import annotations

import io
import zipfile

from xlsxwriter import Workbook

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def archive(**parts: str | bytes) -> bytes:
    """A packed archive of parts; `__` in a name is a slash, `_dot_` a dot."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return found.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A text document, each paragraph in two runs."""
    body = "".join(
        f"<w:p><w:r><w:t>{text[:3]}</w:t></w:r><w:r><w:t>{text[3:]}</w:t></w:r></w:p>" for text in paragraphs
    )
    deleted = "<w:p><w:del><w:r><w:delText>Gestrichenes</w:delText></w:r></w:del></w:p>"
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}{deleted}</w:body></w:document>'
    footer = f'<w:ftr xmlns:w="{WORD}"><w:p><w:r><w:t>Fußzeile</w:t></w:r></w:p></w:ftr>'
    return archive(word__document_dot_xml=document, word__footer1_dot_xml=footer)


def pptx(*texts: str) -> bytes:
    """Slides, each with a text."""
    head = f'<p:sld xmlns:p="p" xmlns:a="{DRAWING}"><a:p><a:r>'
    slides = {
        f"ppt__slides__slide{number}_dot_xml": f"{head}<a:t>{text}</a:t></a:r></a:p></p:sld>"
        for number, text in enumerate(texts, 1)
    }
    return archive(**slides)


def xlsx(sheet: str, *cells: str | float) -> bytes:
    """A workbook as a real writer makes it, one row of cells."""
    found = io.BytesIO()
    with Workbook(found, {"in_memory": True}) as book:
        book.add_worksheet(sheet).write_row(0, 0, cells)
    return found.getvalue()


def opened(*paragraphs: str) -> bytes:
    """A document of OpenDocument: its texts, tables and slides have their words in the same elements."""
    body = "".join(f"<text:p>{text[:3]}<text:span>{text[3:]}</text:span></text:p>" for text in paragraphs)
    kept = "<office:meta><text:p>Unsichtbares</text:p></office:meta>"
    gone = "<text:tracked-changes><text:p>Gestrichenes</text:p></text:tracked-changes>"
    head, whole = (
        '<office:document-content xmlns:office="o" xmlns:text="t">',
        f"<office:body>{gone}{body}</office:body>",
    )
    content = f"{head}{kept}{whole}</office:document-content>"
    return archive(mimetype="application/vnd.oasis.opendocument.text", content_dot_xml=content)


def pdf(*pages: str) -> bytes:
    """A PDF with a line of text on each page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for text in pages:
        drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R"
            " /MediaBox [0 0 595 842] >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _pdf_of(objects)


def _pdf_of(objects: list[str]) -> bytes:
    found, places = io.BytesIO(), []
    found.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(found.tell())
        found.write(f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252"))
    start = found.tell()
    found.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    found.writelines(f"{place:010d} 00000 n \n".encode() for place in places)
    found.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return found.getvalue()
