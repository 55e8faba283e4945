"""The what-if page on the user's own machine.

knobs.py    the limits and assumptions of a case that can be moved, and how far
state.py    what was moved, pinned and compared with; what the answers are
session.py  state -> answer, state -> curves: pure, no page, no network
worker.py   the process that a session lives in; lane.py asks it, the newest question first
fields.py   texts that people type -> amounts, amounts -> texts
view.py     answers -> texts and HTML; drawing.py draws the two charts
page.py     the page itself: the only file that imports NiceGUI, with server.py
guard.py    who may speak to it: this machine, this browser
"""
