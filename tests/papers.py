"""Small files of every kind that an area keeps, made anew, and what is wrong with some of them."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def handed_in(name: str, content: bytes) -> SimpleUploadedFile:
    """Return `content` as a form hands it in."""
    return SimpleUploadedFile(name, content)


def pdf(*pages: str, password: str = "") -> bytes:
    """Return a PDF whose pages show these lines; its font maps codes to letters as those of word processors do."""
    writer = PdfWriter()
    letters = sorted({letter for page in pages for letter in page} - {"\n"})
    codes = {letter: f"{number:02X}" for number, letter in enumerate(letters, 1)}
    font = writer._add_object(_font(writer, codes))
    for page in pages:
        sheet = writer.add_blank_page(595, 842)
        lines = "".join(f"<{''.join(codes[letter] for letter in line)}> Tj 0 -20 Td\n" for line in page.splitlines())
        content = DecodedStreamObject()
        content.set_data(f"BT /F 12 Tf 72 780 Td\n{lines}ET".encode())
        sheet[NameObject("/Contents")] = writer._add_object(content)
        sheet[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F"): font})}
        )
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _font(writer: PdfWriter, codes: dict[str, str]) -> DictionaryObject:
    mapped = "\n".join(f"<{code}> <{ord(letter):04X}>" for letter, code in codes.items())
    table = DecodedStreamObject()
    table.set_data(
        f"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{mapped}\nendbfchar endcmap end".encode()
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/ToUnicode"): writer._add_object(table),
        }
    )


def noted(content: bytes, note: str) -> bytes:
    """Return the PDF with a note on its first page."""
    from pypdf.annotations import FreeText

    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.add_annotation(0, FreeText(text=note, rect=(50, 700, 150, 730)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def no_pages() -> bytes:
    """Return a PDF without a page."""
    writer = PdfWriter()
    writer._root_object["/Pages"][NameObject("/Kids")] = ArrayObject()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(*paragraphs: str, **parts: str | bytes) -> bytes:
    """Return a Word document; `parts` are further members, "__" in their names a slash and "_" a point."""
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{DOCUMENT}"/></Types>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    return archive(members | {name.replace("__", "/").replace("_", "."): part for name, part in parts.items()})


def archive(members: dict[str, str | bytes]) -> bytes:
    """Return a zip archive."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def header(text: str) -> str:
    """Return the header of a Word document with a text box in which `text` stands in two runs."""
    first, rest = text[:1], text[1:]
    return (
        f'<w:hdr xmlns:w="{WORD}"><w:p><w:r><w:t>CÔNG AN TỈNH </w:t></w:r><w:txbxContent><w:p><w:r><w:t>{first}</w:t>'
        f"</w:r><w:r><w:t>{rest}</w:t></w:r></w:p></w:txbxContent><w:r><w:t>BẮC KẠN</w:t></w:r></w:p></w:hdr>"
    )


def xlsx(*cells: object, header: str = "") -> bytes:
    """Return an Excel workbook with `cells` below each other."""
    book = Workbook()
    assert book.active is not None
    for cell in cells:
        book.active.append([cell])
    book.active.oddHeader.center.text = header or None
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def png() -> bytes:
    """Return a picture of one point."""
    chunks = [(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


def jpeg() -> bytes:
    """Return the frame of a photograph: its head, a scan, and the mark of its end."""
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\x12\x34" + b"\xff\xd9"
    )
