"""The what-if page on the user's own machine.

knobs.py    the limits and assumptions of a case that can be moved, and how far
state.py    what was moved, pinned and compared with; what the answers are
session.py  state -> answer, state -> curves: pure, no page, no network
worker.py   the process that a session lives in; lane.py asks it, the newest question first
fields.py   texts that people type -> amounts, amounts -> texts; finding.py: -> segments
view.py     answers -> texts, headline.py the first of them; moves.py the table of moves
drawing.py  the two charts, pictures.py what is on them, labels.py where their texts stand
page.py     the page itself; it, sheet.py and server.py alone import NiceGUI
disk.py     whether the case on disk is still what was read
guard.py    who may speak to it: this machine, this browser
"""
