"""Workers that take turns: each stands still before every look at the trials and every write.

What threads and processes do by chance is put in any order that a test wants, or in all of them.
"""

import json
import threading

from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import BaseJournalBackend


class KilledError(BaseException):
    """Stands for SIGKILL: no clause of a worker catches it."""


class JournalInMemory(BaseJournalBackend):
    """The lines of a journal, without a file."""

    def __init__(self):
        self.lines = []

    def read_logs(self, log_number_from):
        return [json.loads(line) for line in self.lines[log_number_from:]]

    def append_logs(self, logs):
        self.lines += [json.dumps(log) for log in logs]


class Standing:
    """Mixin of a storage: stands still where `stand` does."""

    stand = staticmethod(lambda: None)

    def get_all_trials(self, *args, **kwargs):
        self.stand()
        return super().get_all_trials(*args, **kwargs)

    def set_trial_user_attr(self, *args, **kwargs):
        self.stand()
        super().set_trial_user_attr(*args, **kwargs)

    def set_trial_state_values(self, *args, **kwargs):
        self.stand()
        return super().set_trial_state_values(*args, **kwargs)


class StandingJournal(Standing, JournalStorage):
    """A journal."""


class StandingDatabase(Standing, RDBStorage):
    """A database."""


class Actor:
    """Does something with a storage of its own, one step at a time."""

    def __init__(self, storage, do):
        self.result, self.over, self._killed = None, False, False
        self._go, self._stands = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._act, args=(storage, do), daemon=True)
        self._thread.start()

    def step(self):
        """Let it go on to the next place where it stands; nothing when it is over."""
        if not self.over:
            self._go.release()
            assert self._stands.acquire(timeout=60)

    def kill(self):
        """Kill it where it stands."""
        self._killed = True
        self.step()

    def finish(self):
        """Let it go on to its end and return what it came to."""
        while not self.over:
            self.step()
        self._thread.join()
        return self.result

    def _act(self, storage, do):
        self._go.acquire()
        storage.stand = self._stand
        try:
            self.result = do(storage)
        except KilledError:
            pass
        finally:
            storage.stand = Standing.stand
            self.over = True
            self._stands.release()

    def _stand(self):
        self._stands.release()
        self._go.acquire()
        if self._killed:
            raise KilledError
