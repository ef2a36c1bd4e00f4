#!/usr/bin/env python3
"""Field by field, how far do our ECS documents agree with those that somebody else expects?

    streamenricher enrich pipelines/detections.yaml --to ecs --source ids < events.ndjson > documents.ndjson
    tests/ecs-agreement.py documents.ndjson expected.ndjson[.gz] [more pairs]

Line n of the one belongs to line n of the other. Compared are all fields of ECS 9.4.0. Arrays compare as sets, times as
instants, numbers as numbers or their text. Empty texts, "-" and null count as absent; a line without an expected document is passed over.
"""
import collections
import datetime
import gzip
import json
import os
import sys

TABLE = os.path.join(os.path.dirname(__file__), "..", "src", "StreamEnricher.Enrichment", "Formats", "ecs-9.4.0.tsv")
NOT_COMPARED = ("agent.", "ecs.version", "event.ingested", "host.id")
OUTCOMES = ("equal", "differs", "only expected", "only ours")


def ecs_fields():
    """Names of all fields."""
    with open(TABLE, encoding="utf-8") as table:
        return {line.split("\t")[0] for line in table if not line.startswith("#")}


def lines(path):
    """JSON values of a file, one a line."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) if line.strip() else None for line in stream]


def flatten(value, prefix="", fields=None):
    """Dotted name -> set of comparable values."""
    fields = {} if fields is None else fields
    for name, inner in value.items():
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict):
                flatten(item, prefix + name + ".", fields)
            elif item not in (None, "", "-"):
                fields.setdefault(prefix + name, set()).add(comparable(item))
    return fields


def comparable(item):
    """The same value in one form: an instant, or text without a trailing .0."""
    text = str(item).lower() if isinstance(item, bool) else str(item).strip()
    if len(text) > 18 and text[4:5] == "-" and text[10:11] in "T ":
        try:
            moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
            return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp()
        except ValueError:
            pass
    return text[:-2] if text.endswith(".0") else text


def main(paths):
    """Prints the table of all pairs of files."""
    if not paths or len(paths) % 2:
        sys.exit(__doc__)
    known, counts, examples = ecs_fields(), collections.defaultdict(collections.Counter), {}
    for ours_path, expected_path in zip(paths[::2], paths[1::2]):
        for ours, expected in zip(lines(ours_path), lines(expected_path)):
            if not isinstance(ours, dict) or not isinstance(expected, dict) or "dead_letter" in ours:
                continue
            got, wanted = flatten(ours), flatten(expected)
            for field in sorted((got.keys() | wanted.keys()) & known):
                if field.startswith(NOT_COMPARED):
                    continue
                outcome = ("equal" if got[field] == wanted[field] else "differs") if field in got and field in wanted else \
                    "only expected" if field in wanted else "only ours"
                counts[field][outcome] += 1
                if outcome == "differs":
                    examples.setdefault(field, f"{sorted(map(str, got[field]))[0][:40]} / {sorted(map(str, wanted[field]))[0][:40]}")
    print(f"{'field':42}" + "".join(f"{outcome:>15}" for outcome in OUTCOMES) + "  ours / expected")
    for field in sorted(counts):
        print(f"{field:42}" + "".join(f"{counts[field][outcome]:>15}" for outcome in OUTCOMES) + "  " + examples.get(field, ""))
    total = {outcome: sum(count[outcome] for count in counts.values()) for outcome in OUTCOMES}
    expected = total["equal"] + total["differs"] + total["only expected"]
    print(f"{total['equal']} of {expected} expected values are equal ({100 * total['equal'] / max(1, expected):.1f} %); {total['only ours']} more are only ours")


if __name__ == "__main__":
    main(sys.argv[1:])
