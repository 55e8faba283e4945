"""Derive the log `deliveries.csv` from the public SCMS delivery history.

    python derive.py SCMS_Delivery_History_Dataset.csv [output folder]

Deliveries of one quarter that share destination, account, mode, and whether their freight and
weight are recorded, become one row: how many there are, the share delivered after the promised
day, and their mean value, freight and weight. SOURCE.md says where the file comes from.
"""

import argparse
from pathlib import Path

import duckdb

QUERY = """
WITH lines AS (
    SELECT
        "ASN/DN #" AS delivery, "Project Code" AS account, Country AS destination,
        lower(replace("Shipment Mode", ' ', '_')) AS mode,
        strptime("Scheduled Delivery Date", '%d-%b-%y') AS promised,
        strptime("Delivered to Client Date", '%d-%b-%y') AS delivered,
        TRY_CAST("Line Item Value" AS DECIMAL(18, 4)) AS value,
        TRY_CAST("Freight Cost (USD)" AS DECIMAL(18, 4)) AS freight,
        TRY_CAST("Weight (Kilograms)" AS DECIMAL(18, 4)) AS kg
    FROM read_csv($raw, all_varchar = true, header = true)
    WHERE "Shipment Mode" <> 'N/A'
), deliveries AS (
    SELECT
        min(account) AS account, min(destination) AS destination, min(mode) AS mode,
        max(delivered) AS delivered, CAST(max(delivered) > min(promised) AS INT) AS late,
        sum(value) AS value, sum(freight) AS freight, sum(kg) AS kg
    FROM lines GROUP BY delivery
)
SELECT
    destination, account, mode,
    CAST(date_trunc('quarter', delivered) + INTERVAL 1 MONTH AS DATE) AS quarter,
    count(*) AS deliveries, round(sum(late) / count(*), 6) AS late_share,
    round(CAST(sum(value) AS DOUBLE) / count(*), 2) AS value,
    round(CAST(sum(freight) AS DOUBLE) / count(freight), 2) AS freight,
    round(CAST(sum(kg) AS DOUBLE) / count(kg), 1) AS kg
FROM deliveries
WHERE delivered >= DATE '2010-01-01'
GROUP BY destination, account, mode, quarter, freight IS NOT NULL AND kg > 0
ORDER BY ALL
"""


def main() -> None:
    """Write the log."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=Path(__file__).parent)
    words = parser.parse_args()
    rows = duckdb.execute(QUERY, {"raw": str(words.raw)})
    with (words.out / "deliveries.csv").open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(column[0] for column in rows.description) + "\n")
        for row in rows.fetchall():
            cells = ["" if cell is None else str(cell) for cell in row]
            file.write(",".join(f'"{cell}"' if "," in cell else cell for cell in cells) + "\n")


if __name__ == "__main__":
    main()
