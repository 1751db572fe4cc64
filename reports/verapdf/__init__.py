"""veraPDF, the validator of PDF/A and PDF/UA, where the extra `validate` is installed."""

from reports.verapdf.client import (
    EXTRA,
    PROFILES,
    Validator,
    Verdict,
    is_installed,
    validator,
    version,
)

__all__ = ["EXTRA", "PROFILES", "Validator", "Verdict", "is_installed", "validator", "version"]
