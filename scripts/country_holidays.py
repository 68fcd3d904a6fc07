#!/usr/bin/env python3
"""Writes the tables of public holidays of crates/office-hr/src/country_holidays.

Run by hand, never by a build:
    python3 -m venv venv && venv/bin/pip install holidays==0.109 && venv/bin/python scripts/country_holidays.py

The source is the package `holidays` (MIT licence, https://github.com/vacanza/holidays); its version goes into each
table. A row is a date, the regions that have it off, parted by commas (`*` for all of the country), and the name, parted by
tabs. Where a row of a region and one of the country name the same date, the region's holds.
"""

import pathlib
import sys

import holidays

COUNTRIES = ["AT", "BE", "CH", "DE", "FR", "GB", "IE", "NL", "US"]
# Of the United States only the federal holidays: the states differ in what a holiday obliges to.
WHOLE_COUNTRY_ONLY = {"US"}
FIRST, LAST = 2020, 2035
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "crates/office-hr/src/country_holidays"


def rows(country):
    def table(region):
        years = range(FIRST, LAST + 1)
        return holidays.country_holidays(country, subdiv=region, years=years, language="en_US")

    regions = [] if country in WHOLE_COUNTRY_ONLY else sorted(
        region for region in holidays.country_holidays(country).subdivisions)
    found = {}
    everywhere = table(None)
    for date, name in everywhere.items():
        found.setdefault((date, name), set()).add("*")
    for region in regions:
        off = table(region)
        missing = [date for date in everywhere if date not in off]
        assert not missing, f"{country}-{region} works on {missing}"
        for date, name in off.items():
            if everywhere.get(date) != name:
                found.setdefault((date, name), set()).add(region)
    return regions, found


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for country in COUNTRIES:
        regions, found = rows(country)
        lines = [
            f"source\tholidays {holidays.__version__}",
            f"years\t{FIRST}\t{LAST}",
            "regions\t" + ",".join(regions),
        ]
        for (date, name), where in sorted(found.items(), key=lambda row: (row[0][0], sorted(row[1]), row[0][1])):
            lines.append(f"{date.isoformat()}\t{','.join(sorted(where))}\t{name}")
        (FOLDER / f"{country.lower()}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(country, len(found), file=sys.stderr)


if __name__ == "__main__":
    main()
