"""Reads Prometheus text with the official client's parser: whatever is not in order ends it with a complaint.

The text on standard input; a JSON list of families on standard output.
"""

import json
import sys

try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    sys.exit("This Python has no prometheus_client: install it with pip, or set TEST_PYTHON to one that has it.")

families = [
    {
        "name": family.name,
        "type": family.type,
        "help": family.documentation,
        "samples": [
            {"name": sample.name, "labels": sample.labels, "value": str(sample.value)} for sample in family.samples
        ],
    }
    for family in text_string_to_metric_families(sys.stdin.read())
]
json.dump(families, sys.stdout)
