"""The HTML report and the statements as PDF: what a finished result looks like to those who read it.

`figures` counts and averages, `charts` places marks, `statements` shows single people, `words` has what the page itself
says, `page` puts one file together; the templates, the style and the script stand in `look/`. `pdf` prints the same
statements. Nothing here knows rules: all of it is made of a `kpirules.plugin.Report`.
"""
