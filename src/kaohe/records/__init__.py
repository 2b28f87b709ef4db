"""What a shop hands in: the tables' schemas, the readers of real files, the versioned store.

``open_records`` opens a plain directory or a store; both keep the contract
``source.Records``, which is all that the rooms above read.
"""

from kaohe.records.opening import open_records
from kaohe.records.schema import REQUIRED, TABLES
from kaohe.records.source import Records

__all__ = ["REQUIRED", "TABLES", "Records", "open_records"]
