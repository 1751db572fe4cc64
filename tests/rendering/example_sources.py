"""The endnotes and facts of the example edition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import cast

from reports.model import Fact, Input, Method, RowRef, SourceEntry, Status

PAGES = """
press-london|News article (publisher not stated)|Article on the resumption of US-China talks in London, June 2025||2025-06-09
bloomberg|Bloomberg News via ArcaMax|US, China to resume trade talks with focus on rare earth exports|https://news.example/arcamax/s-3735710|2025-06-09
asiana|Asiana News|US and China restart trade talks in London|https://news.example/asiana/13011|2025-06-09
reuters-may|Reuters via Energy News (OE Digital)|China's rare earth exports rose 23% in May despite export restrictions|https://news.example/energynews/mining/2025/06/09/chinas-rare-earth-exports-rose-23-in-may|2025-06-09
kitco|Reuters via Kitco|China's May rare earth exports jump on restocking (2024)|https://news.example/kitco/2024-06-07|2024-06-07
fortune|Fortune / Bloomberg|US seeks deal in London on China rare earth flows, Hassett says|https://news.example/fortune/2025/06/08|2025-06-08
afp-cna|AFP via Channel NewsAsia|US and China in London talks on trade truce|https://news.example/cna/5171341|2025-06-09
afp-bss|AFP via BSS|China consumer prices fall for fourth straight month|https://news.example/bss/281090|2025-06-09
cnbc|CNBC via NBC Washington|China exports growth misses expectations despite tariff truce|https://news.example/nbc/3931342|2025-06-09
tradingecon|Trading Economics|China unemployment rate at two-year high (February 2025)|https://stats.example/cn/unemployment|2025-03-17
xinhua-q1|Xinhua via People's Daily Online|China's surveyed urban unemployment rate at 5.3 pct in Q1|https://news.example/people/20302832|2025-04-16
xinhua-call|Xinhua via Pakistan Today|In phone call with Trump, Xi urges resolving issues through dialogue & consultation|https://news.example/pt/2025/06/05|2025-06-05
world-tribune|World Tribune|After phone call, Trump and Xi agree to meet in person|https://news.example/wt|2025-06-05
gmm|Global Mining Market|Trump says Xi agrees to restart rare earth exports as talks set for June 9|https://news.example/gmm|2025-06-07
quartz|Quartz via DNyuz|Trump says the U.S. and China will resume trade talks Monday in London|https://news.example/dnyuz/2025/06/06|2025-06-06
straits|AFP via Straits Times|China Vice-Premier He Lifeng to meet US delegation for trade talks in London|https://news.example/st|2025-06-07
suppliers|Reuters via Today Headline|Some European auto supplier plants shut down over rare earth shortage|https://news.example/th/081958659|2025-06-04
timeslive|Reuters via TimesLIVE|Auto companies face shortages due to China's rare-earth restrictions|https://news.example/tl/2025-06-06|2025-06-06
dotdot|Dot Dot News|US carmakers may halt lines within weeks over rare-earth magnets|https://news.example/dotdot|2025-06-02
smm|Shanghai Metals Market|Magnet exports in April 2025, by destination|https://news.example/smm|2025-05-24
geneva|The White House|Joint statement on the US-China economic and trade meeting in Geneva|https://government.example/geneva|2025-05-12
truce-order|The White House|Modifying reciprocal tariff rates to reflect discussions with China|https://government.example/order|2025-05-12
mofcom-18|Ministry of Commerce of China|Announcement No. 18 of 2025 on seven medium and heavy rare earths|https://government.example/mofcom18|2025-04-04
order-14257|The White House|Executive Order 14257, reciprocal tariffs|https://government.example/14257|2025-04-02
nbs-prices|National Bureau of Statistics of China|Consumer and producer prices in May 2025|https://stats.example/cn/prices|2025-06-09
metalnomist|Metalnomist|China's magnet exports, July 2024|https://news.example/metalnomist|2024-08-20
"""  # noqa: E501

FACTS = """
exports.may|Rare-earth exports|5864.60|5,864.6 tonnes|tonnes|May 2025|reported|5,864.6|reuters-may
exports.on-month|Rare-earth exports, change on month|22.567|23%|%|May 2025|change_percent|5,864.6 ÷ 4,784.8 − 1|reuters-may
exports.april|Rare-earth exports|4784.8|4,784.8 tonnes|tonnes|April 2025|reported|4,784.8|reuters-may
exports.high|Rare-earth exports, highest since|11|highest in a year||May 2025|months_exceeded|5,864.6 > each of the 11 months before|kitco
exports.ytd|Rare-earth exports, year to date|24827|24,827 tonnes|tonnes|January–May 2025|reported|24,827|reuters-may
exports.ytd-before|Rare-earth exports, year to date|24266.5|24,266.5 tonnes|tonnes|January–May 2024|reported|24,266.5|kitco
exports.ytd-change|Rare-earth exports, year to date on year before|2.31|2.3%|%|January–May 2025|change_percent|24,827 ÷ 24,266.5 − 1|reuters-may
magnets.change|Magnet exports, change on month|-49.98|−50%|%|April 2025|change_percent|2,627 ÷ 5,252 − 1|smm
cpi|Consumer prices, change on year|-0.1|−0.1%|%|May 2025|reported|−0.1|nbs-prices
ppi|Producer prices, change on year|-3.3|−3.3%|%|May 2025|reported|−3.3|nbs-prices
cpi.streak|Months in a row below zero|4|fourth|months|May 2025|run_below_zero|February to May 2025|nbs-prices
jobless|Surveyed urban unemployment|5.1|5.1%|%|April 2025|reported|5.1|tradingecon
jobless.peak|Surveyed urban unemployment, peak|5.4|5.4%|%|February 2025|reported|5.4|tradingecon
truce.days|Days until the truce ends|64|64 days|days|9 June 2025|days|12 August 2025 − 9 June 2025|truce-order
duty.us|US duties on Chinese goods|30|30%|%|9 June 2025|reported|30|truce-order
duty.cn|Chinese duties on US goods|10|10%|%|9 June 2025|reported|10|geneva
edition.number|Number of the edition|23|No. 23||9 June 2025|mondays|(9 June − 6 January) ÷ 7 + 1|
"""  # noqa: E501
INPUTS = {
    "exports.ytd-change": ("exports.ytd", "exports.ytd-before"),
    "exports.on-month": ("exports.may", "exports.april"),
}


def example_sources() -> tuple[SourceEntry, ...]:
    """Return the endnotes, numbered in order."""
    lines = PAGES.strip().splitlines()
    return tuple(_source(number, line.split("|")) for number, line in enumerate(lines, 1))


def example_facts() -> tuple[Fact, ...]:
    """Return a fact for every fact span of the example edition."""
    return tuple(_fact(line.split("|")) for line in FACTS.strip().splitlines())


def _source(number: int, parts: list[str]) -> SourceEntry:
    key, publisher, title, url, day = parts
    return SourceEntry(number, key, publisher, title, url, date.fromisoformat(day))


def _fact(parts: list[str]) -> Fact:
    key, label, value, shown, unit, period, method, expression, source = parts
    row = RowRef("observations", f"{key.partition('.')[0]} {period}", date(2025, 6, 9))
    status: Status = "reported" if method == "reported" else "derived"
    return Fact(
        key,
        label,
        Decimal(value),
        shown,
        unit,
        period,
        cast("Method", method),
        "as reported" if method == "reported" else "computed",
        expression,
        tuple(_inputs(key)),
        status,
        (source,) if source else (),
        (row,) if source else (),
    )


def _inputs(key: str) -> Iterator[Input]:
    values = dict(line.split("|")[0:3:2] for line in FACTS.strip().splitlines())
    for other in INPUTS.get(key, ()):
        yield Input(f"Input {other}", Decimal(values[other]), other)
