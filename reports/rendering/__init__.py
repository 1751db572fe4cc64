"""Edition to bytes: the only Jinja and the only WeasyPrint."""
