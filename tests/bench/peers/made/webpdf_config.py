"""Settings of nbconvert's webpdf: the Chromium of the system, which nbconvert has no option for."""

import os
from functools import partialmethod

from playwright.async_api import BrowserType

BrowserType.launch = partialmethod(BrowserType.launch, executable_path=os.environ["PEERS_CHROMIUM"])
