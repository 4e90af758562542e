"""Real Phoenix and MLflow servers, each in an environment of its own, and invented traces handed to both.

The environments are made once, in build/servers (or in the folder that SERVERS_FOLDER names), and kept.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("SERVERS_FOLDER", ROOT / "build" / "servers"))
PHOENIX, MLFLOW = "arize-phoenix==20.26.1", "mlflow==3.17.2"
KEY = "an-admin-secret-of-32-signs-0123456789"


def environment(name: str, package: str) -> Path:
    """The folder of an environment that holds the package."""
    folder = FOLDER / name
    if not (folder / "made").exists():
        uv = shutil.which("uv") or str(ROOT / "build" / "uv" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", folder], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", package], check=True
        )
        (folder / "made").touch()
    return folder


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(words: list, variables: dict[str, str], ready: str, seconds: float, log: Path) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PHOENIX", "MLFLOW"))}
    with log.open("wb") as output:
        server = subprocess.Popen(words, env=kept | variables, stdout=output, stderr=output)
    try:
        until = time.monotonic() + seconds
        while True:
            try:
                if httpx.get(ready, timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            assert server.poll() is None, log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < until, f"{ready} is not ready after {seconds} s"
            time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(30)


def phoenix_server(tmp_path: Path, more: dict[str, str]) -> Iterator[str]:
    place, port = environment("phoenix", PHOENIX), free_port()
    variables = {
        "PHOENIX_WORKING_DIR": str(tmp_path),
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(free_port()),
        "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
        "PHOENIX_TELEMETRY_ENABLED": "false",
        "PHOENIX_DISABLE_AGENT_ASSISTANT": "true",
    }
    words = [place / "bin" / "python", "-m", "phoenix.server.main", "serve"]
    url = f"http://127.0.0.1:{port}"
    for _ in serve(words, variables | more, f"{url}/readyz", 180, tmp_path / "log.txt"):
        yield url


@pytest.fixture(scope="session")
def phoenix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Phoenix that asks for a key."""
    more = {
        "PHOENIX_ENABLE_AUTH": "true",
        "PHOENIX_SECRET": "a-secret-of-32-signs-and-1-more-0123",
        "PHOENIX_ADMIN_SECRET": KEY,
    }
    yield from phoenix_server(tmp_path_factory.mktemp("phoenix"), more)


@pytest.fixture(scope="session")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an MLflow."""
    place, port, folder = environment("mlflow", MLFLOW), free_port(), tmp_path_factory.mktemp("mlflow")
    words = [place / "bin" / "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    words += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", folder / "a"]
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    quiet["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    quiet["PATH"] = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    url = f"http://127.0.0.1:{port}"
    for _ in serve(words, quiet, f"{url}/health", 120, folder / "log.txt"):
        yield url


@pytest.fixture(scope="session")
def phoenix_key() -> str:
    """The key that Phoenix asks for."""
    return KEY
