"""Pictures of the running program, made by `python -m screenshots.make`, never by hand."""
