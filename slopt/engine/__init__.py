"""What slopt does, as functions: one module a question. The commands call these.

Each study is imported where it is asked for, so that no command waits for the others.
"""
