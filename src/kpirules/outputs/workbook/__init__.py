"""The workbook of a report: a summary, the scores, everybody's statement, the policy, where the data came from.

`report` says which sheets there are and in what order; each sheet is a module. All of them write through `page`, by
which nothing from data becomes a formula. Rows are written in their order and held one at a time.
"""
