"""An edition as an e-mail: HTML and plain text, with marks for what only sending knows."""

from reports.rendering.email.body import Email, render_email
from reports.rendering.email.choice import charts_of

__all__ = ["Email", "charts_of", "render_email"]
