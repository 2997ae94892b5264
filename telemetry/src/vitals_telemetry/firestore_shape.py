"""What a Firestore request asks for, in bounded words: collection, operation, and the query's fields and order.

Reads the protobuf messages of the public API (https://firebase.google.com/docs/firestore/reference/rpc) and looks at no
value in them: two requests that need the same index have the same shape.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from vitals_telemetry.metrics import OTHER
from vitals_telemetry.metrics.database import NO_QUERY

EVERYTHING = "all"
"""The shape of a query without filter and order."""

_OPERATIONS = {
    "GetDocument": "get",
    "BatchGetDocuments": "get",
    "ListDocuments": "list",
    "ListCollectionIds": "list",
    "CreateDocument": "create",
    "UpdateDocument": "update",
    "DeleteDocument": "delete",
    "RunQuery": "query",
    "PartitionQuery": "query",
    "ExecutePipeline": "query",
    "RunAggregationQuery": "aggregate",
    "BeginTransaction": "begin",
    "Commit": "commit",
    "BatchWrite": "commit",
    "Rollback": "rollback",
}
_COMPARISONS = {
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUAL": "<=",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUAL": ">=",
    "EQUAL": "=",
    "NOT_EQUAL": "!=",
}
_NO_COLLECTION = "none"
_SEVERAL_COLLECTIONS = "several"
_LEAST_OF_A_DOCUMENT = 2


class Shape(NamedTuple):
    """What was asked for; values of the labels ``collection``, ``operation`` and ``query``."""

    collection: str
    operation: str
    query: str


def shape_of(method: str, request: Any) -> Shape:  # noqa: ANN401 - one of many protobuf messages
    """Return the shape of a call.

    Args:
        method: Full gRPC name, such as ``/google.firestore.v1.Firestore/RunQuery``.
        request: Its request, a proto-plus message or the protobuf message inside one.
    """
    rpc = method.rsplit("/", 1)[-1]
    operation = _OPERATIONS.get(rpc, OTHER)
    message = type(request).pb(request) if hasattr(type(request), "pb") else request
    if rpc in ("RunQuery", "PartitionQuery"):
        return _of_query(operation, message.structured_query)
    if rpc == "RunAggregationQuery":
        return _of_query(operation, message.structured_aggregation_query.structured_query)
    if rpc in ("Commit", "BatchWrite"):
        return _of_writes(message.writes)
    return Shape(_collection_asked(rpc, message), operation, NO_QUERY)


def _collection_asked(rpc: str, message: Any) -> str:  # noqa: ANN401
    match rpc:
        case "GetDocument" | "DeleteDocument":
            return _collection(message.name)
        case "BatchGetDocuments":
            return _agreed(map(_collection, message.documents))
        case "ListDocuments" | "CreateDocument":
            return str(message.collection_id)
        case "UpdateDocument":
            return _collection(message.document.name)
        case _:
            return _NO_COLLECTION


def _of_query(operation: str, query: Any) -> Shape:  # noqa: ANN401
    collections = (source.collection_id or EVERYTHING for source in query.from_)
    filters = _filter(query.where) if query.HasField("where") else ""
    order = ", ".join(
        order.field.field_path + (" desc" if order.direction == type(query).DESCENDING else "")
        for order in query.order_by
    )
    nearest = f"nearest {query.find_nearest.vector_field.field_path}" if query.HasField("find_nearest") else ""
    text = " | ".join(part for part in (filters, order, nearest) if part)
    return Shape(_agreed(collections), operation, text or EVERYTHING)


def _filter(where: Any) -> str:  # noqa: ANN401
    """Return the fields and comparisons of a filter; those of one group in alphabetical order."""
    kind = where.WhichOneof("filter_type")
    if kind == "composite_filter":
        group = where.composite_filter
        alternatives = group.op == type(group).OR
        parts = sorted(_filter(inner) for inner in group.filters)
        return f"({' or '.join(parts)})" if alternatives else ", ".join(parts)
    condition = where.unary_filter if kind == "unary_filter" else where.field_filter
    name = type(condition).Operator.Name(condition.op)
    return f"{condition.field.field_path} {_COMPARISONS.get(name, name.lower().replace('_', ' '))}"


def _of_writes(writes: Any) -> Shape:  # noqa: ANN401
    collections = _agreed(_collection(_written(write)) for write in writes)
    kinds = {_write(write) for write in writes}
    return Shape(collections, kinds.pop() if len(kinds) == 1 else "commit", NO_QUERY)


def _written(write: Any) -> str:  # noqa: ANN401
    match write.WhichOneof("operation"):
        case "delete":
            return str(write.delete)
        case "transform":
            return str(write.transform.document)
        case _:
            return str(write.update.name)


def _write(write: Any) -> str:  # noqa: ANN401
    kind = write.WhichOneof("operation")
    if kind == "delete":
        return "delete"
    if kind == "transform" or write.HasField("update_mask"):
        return "update"
    condition = write.current_document
    must_be_new = condition.WhichOneof("condition_type") == "exists" and not condition.exists
    return "create" if must_be_new else "set"


def _collection(document: str) -> str:
    """Return the collection that holds a document, from ``projects/../documents/COLLECTION/ID/COLLECTION/ID``."""
    path = document.partition("/documents/")[2].split("/")
    return path[-_LEAST_OF_A_DOCUMENT] if len(path) >= _LEAST_OF_A_DOCUMENT else _NO_COLLECTION


def _agreed(collections: Iterable[str]) -> str:
    """Return the collection that all name, or words for none and for several."""
    distinct = set(collections) or {_NO_COLLECTION}
    return distinct.pop() if len(distinct) == 1 else _SEVERAL_COLLECTIONS
