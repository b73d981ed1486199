"""A `python` for the stages of a test: a process that has imported the libraries already.

Half of what a tiny pipeline takes goes into imports of TensorFlow, MLflow, SciPy and the like. A
server imports them once; a small program named `python` asks it to fork a process that goes on as
`python script.py words` would: with the working folder, environment, streams and exit status of
the one that asks. Modules of the project are never imported in advance.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

#: What the stages import, the slowest first.
LIBRARIES = (
    "tensorflow", "keras", "mlflow", "mlflow.pyfunc", "mlflow.store.tracking.sqlalchemy_store",
    "scipy.signal", "scipy.stats", "pandas", "pyarrow.parquet", "sklearn.ensemble",
    "sklearn.feature_selection", "sklearn.metrics", "matplotlib.backends.backend_agg",
    "matplotlib.figure", "optuna", "onnx", "onnxruntime", "hydra", "wfdb",
)  # fmt: skip

#: The program named `python`: it hands over all it has, and ends as what was forked for it ends.
ASKING = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
socket.send_fds(server, [b"."], [0, 1, 2])
server.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\n")
status = int(server.makefile().read())
if status < 0:
    os.kill(os.getpid(), -status)
os._exit(status)
"""

#: DVC with such a `python` first on its path, wherever the environment of the tests puts its own.
WARM_DVC = """
import os, sys
os.environ["PATH"] = sys.argv.pop(1) + os.pathsep + os.environ["PATH"]
from dvc.cli import main
sys.exit(main(sys.argv[1:]))
"""


@contextmanager
def warm_python(folder: Path, environment: dict[str, str]) -> Iterator[Path]:
    """Run a server; give a folder that holds nothing but a `python` that asks it.

    In its environment it imports the libraries: it must be the one that stages run in.
    """
    program = folder / "python"
    with TemporaryDirectory() as short:  # an address has a hundred characters at most
        address = f"{short}/server"
        program.write_text(ASKING.format(python=sys.executable, address=address))
        program.chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)  # who asks before the imports are done waits for them
            listener.listen()
            number = listener.fileno()
            server = subprocess.Popen(
                [sys.executable, __file__, str(number), *LIBRARIES], pass_fds=[number],
                env={**environment, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"},
                start_new_session=True,
            )  # fmt: skip
        try:
            yield folder
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def warm_dvc(bin_folder: Path, *words: str) -> list[str]:
    """Command line of dvc, whose stages find this `python`."""
    return [sys.executable, "-c", WARM_DVC, str(bin_folder), *words]


def serve(listener: socket.socket) -> socket.socket:
    """Fork two processes for each that asks: one waits for the other, in which this returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asking, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if (child := os.fork()) == 0:
                return asking
            _, status = os.waitpid(child, 0)
            asking.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            os._exit(0)
        asking.close()


def become(asking: socket.socket) -> str:
    """Take over what the asking process has; return the script that it wants run."""
    _, streams, _, _ = socket.recv_fds(asking, 1, 3)
    for stream, received in enumerate(streams):
        os.dup2(received, stream)
        os.close(received)
    with asking.makefile() as lines:
        words, folder, environment = json.loads(lines.readline())
    asking.close()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = words
    sys.path[0] = str(Path(words[0]).parent)
    return words[0]


def run(script: str) -> None:
    """Run a script and end the process, without taking its thousands of modules apart."""
    status = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            raise
        status = end.code or 0
    threading._shutdown()  # as the interpreter does: it waits for threads
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    for library in sys.argv[2:]:
        importlib.import_module(library)
    gc.freeze()
    run(become(serve(socket.socket(fileno=int(sys.argv[1])))))
