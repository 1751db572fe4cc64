"""Small answers in the real shapes of the providers. The values are made up."""

from __future__ import annotations

import json
from typing import Any

from tests.fetching.server import CSV, Reply


def comtrade_record(
    code: str = "850511", partner: int = 842, period: str = "202505", **more: Any
) -> dict[str, Any]:
    """Return a record of UN Comtrade.

    The columns of `data` are those listed by the official client (uncomtrade/comtradeapicall,
    README) and the reference "get" of comtradedeveloper.un.org.
    """
    record = {
        "typeCode": "C",
        "freqCode": "M",
        "refPeriodId": 20250501,
        "refYear": 2025,
        "refMonth": 5,
        "period": period,
        "reporterCode": 156,
        "flowCode": "X",
        "partnerCode": partner,
        "partner2Code": 0,
        "classificationCode": "H6",
        "isOriginalClassification": True,
        "cmdCode": code,
        "customsCode": "C00",
        "mosCode": "0",
        "motCode": 0,
        "qtyUnitCode": 8,
        "qty": 46123.5,
        "isQtyEstimated": False,
        "netWgt": 46123.5,
        "isNetWgtEstimated": False,
        "grossWgt": 0,
        "cifvalue": None,
        "fobvalue": 1234567.89,
        "primaryValue": 1234567.89,
        "legacyEstimationFlag": 0,
        "isReported": False,
        "isAggregate": True,
    }
    return record | {"period": period} | more


def comtrade_body(*records: dict[str, Any], **more: Any) -> bytes:
    """Return the object around records."""
    found = {"elapsedTime": "0.27 secs", "count": len(records), "data": list(records), "error": ""}
    return json.dumps(found | more).encode()


def comtrade(*records: dict[str, Any], **more: Any) -> Reply:
    """Return an answer of UN Comtrade."""
    return Reply(comtrade_body(*records, **more))


def fred_body(*vintages: tuple[str, str, str], **more: Any) -> bytes:
    """Return an answer of fred/series/observations with vintages: month, first day known, value.

    Shape: fred.stlouisfed.org/docs/api/fred/series_observations.html; values are strings, "." is
    no value.
    """
    observations = [
        {"realtime_start": known, "realtime_end": "9999-12-31", "date": f"{month}-01", "value": v}
        for month, known, v in vintages
    ]
    found = {
        "realtime_start": "1776-07-04",
        "realtime_end": "9999-12-31",
        "observation_start": "2025-01-01",
        "observation_end": "9999-12-31",
        "units": "lin",
        "output_type": 1,
        "file_type": "json",
        "order_by": "observation_date",
        "sort_order": "asc",
        "count": len(observations),
        "offset": 0,
        "limit": 100000,
        "observations": observations,
    }
    return json.dumps(found | more).encode()


def fred(*vintages: tuple[str, str, str], **more: Any) -> Reply:
    """Return an answer of FRED."""
    return Reply(fred_body(*vintages, **more))


def imf_body(*values: tuple[str, str], key: str = "CHN.CPI._T.YOY_PCH_PA_PT.M") -> bytes:
    """Return SDMX-CSV 1.0 of the IMF: months are 2025-M05, descriptions run over lines.

    Shape: SDMX-CSV 1.0 field guide (github.com/sdmx-twg/sdmx-csv), dimensions of IMF.STA:CPI.
    """
    head = "DATAFLOW,COUNTRY,INDEX_TYPE,COICOP_1999,TYPE_OF_TRANSFORMATION,FREQUENCY"
    head += ",TIME_PERIOD,OBS_VALUE,SCALE,FULL_DESCRIPTION\n"
    cells = ",".join(key.split("."))
    rows = (
        f'IMF.STA:CPI(5.0.0),{cells},{when},{value},0,"On\ntwo lines"\n' for when, value in values
    )
    return (head + "".join(rows)).encode()


def imf(*values: tuple[str, str], key: str = "CHN.CPI._T.YOY_PCH_PA_PT.M") -> Reply:
    """Return an answer of the IMF."""
    return Reply(imf_body(*values, key=key), CSV)


def oecd_body(*values: tuple[str, str]) -> bytes:
    """Return SDMX-CSV of the OECD, newest months anywhere, CRLF, empty attributes.

    Shape: sdmx.oecd.org, DSD_LFS@DF_IALFS_UNE_M, as recorded by OpenBB's tests of its provider.
    """
    head = "DATAFLOW,REF_AREA,MEASURE,UNIT_MEASURE,TRANSFORMATION,ADJUSTMENT,SEX,AGE,ACTIVITY,FREQ"
    head += ",TIME_PERIOD,OBS_VALUE,BASE_PER,OBS_STATUS,UNIT_MULT,DECIMALS\r\n"
    flow = "OECD.SDD.TPS:DSD_LFS@DF_IALFS_UNE_M(1.0)"
    key = "USA,UNE_LF_M,PT_LF_SUB,_Z,Y,_T,Y_GE15,_Z,M"
    return (head + "".join(f"{flow},{key},{when},{v},,,,\r\n" for when, v in values)).encode()


def oecd(*values: tuple[str, str]) -> Reply:
    """Return an answer of the OECD."""
    return Reply(oecd_body(*values), CSV)
