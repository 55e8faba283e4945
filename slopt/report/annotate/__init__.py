"""A user's own workbook with the bad cells marked and commented, everything else as it was.

marks.py      problems -> what is to be said at which cell of which sheet
package.py    the parts of a workbook: names, relationships, content types
cells.py      another style for some cells of a sheet
styles.py     formats as they are, but with another ground
comments.py   comments and the shapes in which spreadsheets show them
annotate.py   all of it: bytes in, bytes out

The parts are edited as text where something is added to them, and copied to the bit otherwise, so
that charts, pictures, macros, formulas with their values and whatever slopt does not know are kept.
"""
