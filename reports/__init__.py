"""Build dated briefings on the US–China trade talks from a sourced dataset."""

__version__ = "0.1.0"
