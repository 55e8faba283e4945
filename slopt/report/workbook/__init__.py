"""The report as an Excel workbook that a planner can follow, change and hand back.

book.py         one workbook: styles, sheets, and the only way in which anything is written
grid.py         where a table stands, so that formulas elsewhere can point at it
places.py       which offers are listed, and in which row each segment finds its own
titles.py       what the sheets are called
layout.py       the tables of this workbook, before any is written
*_sheet.py      one sheet each
build.py        all of them

Whatever came from outside is written as text and can never become a formula; formulas are made of
addresses and of fixed words alone. Every formula carries its value, so that readers which compute
nothing see the right figures.
"""
