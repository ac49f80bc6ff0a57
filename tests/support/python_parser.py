"""Parses metrics pages with client_python: one JSON request a line in, one JSON answer a line out."""

import base64
import json
import sys

from prometheus_client import parser as text
from prometheus_client.openmetrics import parser as openmetrics

PARSE = {
    "text": text.text_string_to_metric_families,
    "openmetrics": openmetrics.text_string_to_metric_families,
}


def exemplar(value):
    if value is None:
        return None
    return {
        "labels": list(value.labels.items()),
        "value": repr(value.value),
        "timestamp": number(value.timestamp),
    }


def number(value):
    return None if value is None else repr(float(value))


def sample(value):
    return {
        "name": value.name,
        "labels": list(value.labels.items()),
        "value": repr(value.value),
        "timestamp": number(value.timestamp),
        "exemplar": exemplar(value.exemplar),
    }


def family(metric):
    return {
        "name": metric.name,
        "type": metric.type,
        "help": metric.documentation,
        "unit": metric.unit,
        "samples": [sample(each) for each in metric.samples],
    }


def answer(request):
    try:
        page = base64.b64decode(request["body"]).decode("utf-8")
        return {"families": [family(metric) for metric in PARSE[request["format"]](page)]}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
