"""Writes decompositions.txt, the table behind NormalizationTable.cs, from Python's own copy of the Unicode data.

Run with Python 3.13 (Unicode 15.1): python3.13 generate-decompositions.py > decompositions.txt
"""
import sys
import unicodedata

HANGUL = range(0xAC00, 0xD7A4)

print(f"# Unicode {unicodedata.unidata_version}. Made by generate-decompositions.py.")
print("# class FIRST-LAST VALUE: canonical combining class. = CODE PARTS: canonical decomposition, one step.")
print("# ! the same, never composed again. ~ compatibility decomposition, one step.")
start, value = 0, 0
for code in range(sys.maxunicode + 2):
    here = unicodedata.combining(chr(code)) if code <= sys.maxunicode else 0
    if here != value:
        if value:
            print(f"class {start:X}-{code - 1:X} {value}")
        start, value = code, here
for code in range(sys.maxunicode + 1):
    parts = unicodedata.decomposition(chr(code)).split()
    if not parts or code in HANGUL:
        continue
    if parts[0].startswith("<"):
        print("~", f"{code:X}", *[f"{int(part, 16):X}" for part in parts[1:]])
    else:
        excluded = unicodedata.normalize("NFC", chr(code)) != chr(code)
        print("!" if excluded else "=", f"{code:X}", *[f"{int(part, 16):X}" for part in parts])
