from typing import BinaryIO

from openpyxl.worksheet._read_only import ReadOnlyWorksheet

class Workbook:
    @property
    def worksheets(self) -> list[ReadOnlyWorksheet]: ...

def load_workbook(
    filename: BinaryIO,
    read_only: bool = ...,
    keep_vba: bool = ...,
    data_only: bool = ...,
    keep_links: bool = ...,
) -> Workbook: ...
