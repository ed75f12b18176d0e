"""A task queue in a folder, for one machine without a message server: ``atomicfs://``.

kombu's own ``filesystem`` transport opens a message under its final name before writing it, so
that another consumer can take an empty file, and forgets a message as soon as it is read, so that
a killed worker loses the task. Here publishing is one rename, taking is one rename that also
notes how long the lease lasts, and the file goes when the task is acknowledged. A message whose
lease has run out goes back into the queue at any time.

    queue/waiting/   <moment>_<uuid>.<queue>.msg
    queue/taken/     <lease ends>~<name as above>
    queue/control/   which queues an exchange feeds
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic, time, time_ns
from typing import Any

from kombu import Connection
from kombu.message import Message
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

URL = "atomicfs://localhost//"
FLEETING = "pidbox"  # control messages: worthless later, never acknowledged


def register() -> None:
    """Make the scheme known to kombu."""
    TRANSPORT_ALIASES["atomicfs"] = f"{__name__}:Transport"


def options(home: Path, *, lease: float) -> dict[str, Any]:
    """Transport options of the queue in this folder; a lease is longer than any task may run."""
    folders = {name: home / name for name in ("waiting", "taken", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["waiting"]),
        "data_folder_out": str(folders["waiting"]),
        "processed_folder": str(folders["taken"]),
        "control_folder": str(folders["control"]),
        "lease": lease,
        "polling_interval": 0.2,
    }


def recover(home: Path) -> int:
    """Put back everything that was taken; only while no worker runs. Says how many messages."""
    for stale in (home / "waiting").glob(f"*{FLEETING}.msg"):
        stale.unlink(missing_ok=True)
    for stale in (home / "control").glob(f"*{FLEETING}.exchange"):
        stale.unlink(missing_ok=True)
    return _give_back(home / "taken", home / "waiting", before=float("inf"))


def _give_back(taken: Path, waiting: Path, *, before: float) -> int:
    count = 0
    for file in taken.iterdir():
        ends, _, name = file.name.partition("~")
        if float(ends) < before:
            count += _moved(file, waiting / name)
    return count


def _moved(source: Path, target: Path) -> bool:
    """Whether this process, and no other, moved the file."""
    try:
        source.rename(target)
    except FileNotFoundError:
        return False
    return True


def _write(target: Path, text: str) -> None:
    """The file appears complete and on the disk, or not at all."""
    hidden = target.with_name(f".{uuid.uuid4()}.part")
    with hidden.open("x") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    hidden.rename(target)


class QoS(virtual.QoS):
    """Knows which message is done."""

    channel: Channel

    def ack(self, delivery_tag: str) -> None:
        super().ack(delivery_tag)
        self.channel.settle(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().reject(delivery_tag, requeue=requeue)
        self.channel.settle(delivery_tag)


class Channel(filesystem.Channel):
    """Takes and puts messages, each by one rename."""

    QoS = QoS

    def __init__(self, *args: Any, **options: Any) -> None:
        self._taken: dict[str, Path] = {}
        self._looked = 0.0
        super().__init__(*args, **options)
        self._waiting = Path(self.data_folder_in)
        self._leased = Path(self.processed_folder)
        self._lease = float(self.transport_options["lease"])

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        _write(self._waiting / f"{time_ns():020d}_{uuid.uuid4()}.{queue}.msg", dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        self._take_back_expired()
        for file in self._files(queue):
            mine = self._leased / f"{time() + self._lease:.3f}~{file.name}"
            if not _moved(file, mine):
                continue
            payload = loads(mine.read_text())
            if FLEETING in queue:
                mine.unlink()
            else:
                self._taken[payload["properties"]["delivery_tag"]] = mine
            return payload
        raise Empty

    def _files(self, queue: str) -> list[Path]:
        names = [n for n in os.listdir(self._waiting) if n.partition(".")[2] == f"{queue}.msg"]
        return [self._waiting / name for name in sorted(names)]

    def _take_back_expired(self) -> None:
        now = monotonic()
        if now - self._looked > min(self._lease / 4, 10):
            self._looked = now
            _give_back(self._leased, self._waiting, before=time())

    def settle(self, delivery_tag: str) -> None:
        """The message is done with."""
        if mine := self._taken.pop(delivery_tag, None):
            mine.unlink(missing_ok=True)

    def basic_get(self, queue: str, no_ack: bool = False, **options: Any) -> Message | None:
        message = super().basic_get(queue, no_ack=no_ack, **options)
        if message and no_ack:
            self.settle(message.delivery_tag)
        return message

    def _restore(self, message: Message) -> None:
        """What this worker took and will not do goes back to its place in the queue."""
        if mine := self._taken.pop(message.delivery_tag, None):
            _moved(mine, self._waiting / mine.name.partition("~")[2])

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: rows if row in rows else [row, *rows])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *_: Any, **__: Any) -> None:
        self._purge(queue)
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: [r for r in rows if r != row])

    def _change_table(self, exchange: str, change: Callable[[list[Any]], list[Any]]) -> None:
        with self._table_lock():
            rows = self.get_table(exchange)
            if (changed := change(rows)) != rows:
                _write(self._exchange_file(exchange), dumps(changed))

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        with (self.control_folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """kombu's entry point. What is bound stands in the folder, not in the memory of a process."""

    Channel = Channel
    longest_wait = float("inf")  # seconds

    def __init__(self, client: Connection, **options: Any) -> None:
        super().__init__(client, **options)
        self.state = virtual.BrokerState()

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Wait for a message; in a worker never so long that it is late to hear that it should stop."""
        super().drain_events(connection, timeout=None if timeout is None else min(timeout, self.longest_wait))
