"""Registry workbooks: areas, counts, staff and households taken in, thirty-one areas at once.

A file is read with the reader of fact tables, compared with what stands, shown, and then applied
as one act. Rows that are not in the file stay as they are; the same file again changes nothing.
"""
