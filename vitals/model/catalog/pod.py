"""What one replica of a service is given, wherever it runs as a pod."""

from __future__ import annotations

from pydantic import model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT
from vitals.model.catalog.servers import Bytes, Cpu


@dataclass(frozen=True, config=STRICT)
class Pod:
    """CPU and memory of one replica; ``vitals capacity`` proposes both from a stress test.

    There is no limit of CPU: a replica that may not use what is idle answers late for nothing.

    Attributes:
        cpu: Processor time that is kept free for it.
        memory: Memory that is kept free for it.
        memory_limit: Memory beyond which it is ended.
    """

    cpu: Cpu
    memory: Bytes
    memory_limit: Bytes

    @model_validator(mode="after")
    def _limit_is_higher(self) -> Pod:
        if _mebibytes(self.memory_limit) < _mebibytes(self.memory):
            raise ValueError(
                f"memory_limit {self.memory_limit} is below memory {self.memory}, and no cluster takes such a pod. "
                "Raise memory_limit"
            )
        return self


def _mebibytes(text: str) -> int:
    number = int(text[:-2])
    return number * 1024 if text.endswith("Gi") else number
